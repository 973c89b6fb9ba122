/** A pair whose groups use every resource type and every property, for golden files and round trips. */
import {
  type MscsGroup,
  type MscsPolicy,
  type MscsResource,
  type ResourceSettings,
  sampleCommon,
  sampleGroup,
  samplePair,
} from "@bulkhead/core/mscs";

function resource(
  name: string,
  settings: ResourceSettings,
  change: Partial<MscsResource> = {},
): MscsResource {
  return { ...sampleCommon(name), ...change, ...settings };
}

/** A file server: a tree of dependencies, not a line. */
const files: MscsGroup = sampleGroup({
  name: "files",
  preferredOwners: ["db-2", "db-1"],
  failback: { allow: true, windowHours: [22, 4] },
  priority: "high",
  antiAffinity: ["heavy"],
  resources: [
    resource(
      "disk",
      { type: "filesystem", device: "/dev/sdc1", mount: "/srv/files", fs: "xfs", options: "noatime" },
      { isAliveS: 120 },
    ),
    resource("ip", { type: "ipAddress", address: "fd77::50", prefixLength: 64, interface: "eth0" }),
    resource(
      "name",
      {
        type: "networkName",
        hostName: "files.example.com",
        ip: "ip",
        update: "dns",
        server: "10.77.0.53",
        keyFile: "/etc/dns.key",
        ttlS: 60,
      },
      { dependsOn: ["ip"], restart: { action: "restart", threshold: 2, periodS: 600, delayMs: 500 } },
    ),
    resource(
      "nfs",
      { type: "nfsShare", directory: "/srv/files/nfs", clients: "10.77.0.0/24", options: "rw,sync", fsid: 7 },
      { dependsOn: ["disk", "ip"] },
    ),
    resource(
      "smb",
      { type: "smbShare", share: "docs", directory: "/srv/files/docs", readOnly: true },
      { dependsOn: ["disk", "ip"] },
    ),
    resource(
      "print",
      { type: "printSpooler", spoolDirectory: "/srv/files/spool" },
      { dependsOn: ["disk", "ip"], retryAfterS: null },
    ),
  ],
});

/** One line, with what is started last not worth a failover. */
const queue: MscsGroup = sampleGroup({
  name: "queue",
  preferredOwners: ["db-2"],
  failback: { allow: true, windowHours: null },
  priority: "low",
  antiAffinity: ["heavy"],
  resources: [
    resource(
      "disk",
      { type: "filesystem", device: "/dev/sdd1", mount: "/srv/queue", fs: "ext4", options: "" },
      { possibleOwners: ["db-2"] },
    ),
    resource(
      "ip",
      { type: "ipAddress", address: "10.77.0.52", prefixLength: 24, interface: "eth0" },
      { dependsOn: ["disk"], looksAliveS: 2 },
    ),
    resource(
      "broker",
      { type: "messageQueue", broker: "rabbitmq", dataDir: "/srv/queue/data", port: 5672 },
      { dependsOn: ["ip"], pendingTimeoutS: 300 },
    ),
    resource(
      "report",
      {
        type: "genericApplication",
        command: "/opt/report --watch 'a & b <c>'",
        directory: "/srv",
        user: "report",
        stopSignal: "INT",
      },
      { dependsOn: ["broker"], restart: { action: "none", threshold: 3, periodS: 900, delayMs: 5000 } },
    ),
  ],
});

/** Does not start by itself. */
const tools: MscsGroup = sampleGroup({
  name: "tools",
  preferredOwners: [],
  priority: "noAutoStart",
  resources: [
    resource("web", { type: "genericService", unit: "nginx.service" }),
    resource(
      "job",
      { type: "genericScript", script: "/opt/job", user: "job" },
      { dependsOn: ["web"], looksAliveS: 30, isAliveS: 90 },
    ),
    resource("clock", { type: "timeService", config: null }, { dependsOn: ["job"] }),
    resource(
      "any",
      {
        type: "ocf",
        agent: "ocf:heartbeat:nginx",
        parameters: { configfile: "/etc/nginx/a.conf" },
        holdsSharedDisk: false,
      },
      { dependsOn: ["clock"] },
    ),
  ],
});

export const everyType: MscsPolicy = samplePair({ groups: [sampleGroup(), files, queue, tools] });
