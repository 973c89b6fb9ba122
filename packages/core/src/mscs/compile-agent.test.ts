/** Every type to its agent and parameters. */
import { expect, it } from "vitest";
import { agentOf } from "./compile-agent.ts";
import { sampleCommon, sampleGroup } from "./sample.ts";
import type { ResourceSettings } from "./types.ts";

const group = sampleGroup();
const of = (settings: ResourceSettings, engine: "made" | "adopted" = "made") => {
  const { agent, attributes } = agentOf({ ...sampleCommon("r"), ...settings }, { group, engine });
  const { class: agentClass, provider, type } = agent;
  return [[agentClass, provider, type].filter((part) => part !== null).join(":"), attributes];
};
const generic = { user: "app" };

it.each<[ResourceSettings, string, Record<string, string>]>([
  [
    { type: "filesystem", device: "/dev/sdb", mount: "/srv", fs: "xfs", options: "noatime" },
    "ocf:heartbeat:Filesystem",
    { device: "/dev/sdb", directory: "/srv", fstype: "xfs", options: "noatime" },
  ],
  [
    {
      type: "networkName",
      hostName: "sql.example.com",
      ip: "ip",
      update: "dns",
      server: "10.77.0.53",
      keyFile: null,
      ttlS: 60,
    },
    "ocf:bulkhead:network-name",
    { host_name: "sql.example.com", ip: "10.77.0.50", update: "dns", ttl: "60", server: "10.77.0.53" },
  ],
  [
    { type: "nfsShare", directory: "/srv/nfs", clients: "10.77.0.0/24", options: "rw", fsid: 7 },
    "ocf:heartbeat:exportfs",
    { directory: "/srv/nfs", clientspec: "10.77.0.0/24", options: "rw", fsid: "7" },
  ],
  [
    { type: "smbShare", share: "docs", directory: "/srv/docs", readOnly: true },
    "ocf:bulkhead:smb-share",
    { share: "docs", path: "/srv/docs", read_only: "yes" },
  ],
  [{ type: "genericService", unit: "nginx.service" }, "systemd:nginx", {}],
  [
    { type: "genericApplication", command: "/bin/app -x", directory: "/srv", stopSignal: "INT", ...generic },
    "ocf:bulkhead:application",
    { command: "/bin/app -x", directory: "/srv", user: "app", stop_signal: "INT" },
  ],
  [
    { type: "genericScript", script: "/srv/run", ...generic },
    "ocf:bulkhead:script",
    { script: "/srv/run", user: "app" },
  ],
  [
    { type: "printSpooler", spoolDirectory: "/srv/spool" },
    "ocf:bulkhead:print-spooler",
    { spool_directory: "/srv/spool" },
  ],
  [{ type: "timeService", config: null }, "ocf:bulkhead:time-service", {}],
  [
    { type: "messageQueue", broker: "mosquitto", dataDir: "/srv/mq", port: 1883 },
    "ocf:bulkhead:message-queue",
    { broker: "mosquitto", data_directory: "/srv/mq", port: "1883" },
  ],
  [
    { type: "ocf", agent: "ocf:heartbeat:nginx", parameters: { port: "80" }, holdsSharedDisk: false },
    "ocf:heartbeat:nginx",
    { port: "80" },
  ],
])("$type", (settings, agent, attributes) => {
  expect(of(settings)).toEqual([agent, attributes]);
});

it("takes the agents that are found in an adopted pair", () => {
  const ip = { type: "ipAddress" as const, address: "10.77.0.50", prefixLength: 24, interface: "eth0" };
  const parameters = { ip: "10.77.0.50", cidr_netmask: "24", nic: "eth0" };
  expect(of(ip)).toEqual(["ocf:bulkhead:ip-address", parameters]);
  expect(of(ip, "adopted")).toEqual(["ocf:heartbeat:IPaddr2", parameters]);
  const docs = { type: "smbShare" as const, share: "docs", directory: "/srv/docs", readOnly: false };
  expect(of(docs, "adopted")).toEqual([
    "ocf:heartbeat:smb-share",
    { share: "docs", path: "/srv/docs", read_only: "no", outfile: "/etc/samba/conf.d/sql.r.inc" },
  ]);
  const db = { type: "postgresql" as const, dataDir: "/srv/sql", binDir: "/opt/pg", port: 5433 };
  expect(of(db, "adopted")).toEqual([
    "ocf:heartbeat:pgsql",
    {
      pgctl: "/opt/pg/pg_ctl",
      psql: "/opt/pg/psql",
      pgdata: "/srv/sql",
      pgport: "5433",
      socketdir: "/run/postgresql",
      start_opt: "-p 5433 -k /run/postgresql",
    },
  ]);
});

it("refuses a name for something that is no address", () => {
  const name = { hostName: "x", update: "hosts" as const, server: null, keyFile: null, ttlS: 1 };
  expect(() => of({ type: "networkName", ip: "disk", ...name })).toThrow("no address");
});
