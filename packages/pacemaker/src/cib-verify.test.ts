/** Every type of resource and every property of groups in one CIB, judged by Pacemaker's own checker. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileCib,
  type MscsGroup,
  type MscsResource,
  type ResourceSettings,
  type ResourceTypeName,
  sampleCommon,
  sampleGroup,
  samplePair,
  sampleRestart,
} from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { mergeCib } from "./cib-merge.ts";
import { newCib } from "./cib-xml.ts";
import { missingPrograms } from "./daemons.ts";
import { execute } from "./execute.ts";
import { parseXml, renderXml } from "./xml.ts";

const hasChecker = (await missingPrograms(["crm_verify"])).length === 0;

const settings: { [T in ResourceTypeName]: Extract<ResourceSettings, { type: T }> } = {
  ipAddress: { type: "ipAddress", address: "fd77::50", prefixLength: 64, interface: "eth0" },
  networkName: {
    type: "networkName",
    hostName: "sql.example.com",
    ip: "ipAddress",
    update: "dns",
    server: "10.77.0.53",
    keyFile: "/etc/bulkhead/key",
    ttlS: 60,
  },
  filesystem: { type: "filesystem", device: "/dev/sdb", mount: "/srv", fs: "xfs", options: "noatime" },
  nfsShare: { type: "nfsShare", directory: "/srv/nfs", clients: "*", options: "rw,sync", fsid: 1 },
  smbShare: { type: "smbShare", share: "docs", directory: "/srv/docs", readOnly: true },
  genericService: { type: "genericService", unit: "app@1.service" },
  genericApplication: {
    type: "genericApplication",
    command: `/bin/app --greet "a < b & c"`,
    directory: "/",
    user: "app",
    stopSignal: "INT",
  },
  genericScript: { type: "genericScript", script: "/srv/run", user: "root" },
  printSpooler: { type: "printSpooler", spoolDirectory: "/srv/spool" },
  timeService: { type: "timeService", config: null },
  postgresql: { type: "postgresql", dataDir: "/srv/sql", binDir: null, port: 5432 },
  messageQueue: { type: "messageQueue", broker: "mosquitto", dataDir: "/srv/mq", port: 1883 },
  ocf: {
    type: "ocf",
    agent: "ocf:heartbeat:nginx",
    parameters: { configfile: "/etc/nginx/nginx.conf" },
    holdsSharedDisk: false,
  },
};

/** One after the other, so that the group is a line. */
const everyType: MscsResource[] = Object.values(settings).map((own, index, all) => ({
  ...sampleCommon(
    own.type,
    all.slice(Math.max(0, index - 1), index).map(({ type }) => type),
  ),
  ...own,
}));
const everyProperty: Partial<MscsGroup> = {
  preferredOwners: ["db-2", "db-1"],
  failback: { allow: true, windowHours: [22, 4] },
  priority: "noAutoStart",
  antiAffinity: ["heavy"],
};
const ruled = (name: string, change: Partial<MscsResource["restart"]>): MscsResource => ({
  ...sampleCommon(name),
  ...settings.genericScript,
  restart: { ...sampleRestart, delayMs: 2000, ...change },
  pendingTimeoutS: 7,
  looksAliveS: 3,
  isAliveS: 3,
  retryAfterS: null,
});

/** As a pair that has its quorum: otherwise the checker has something else to say. */
async function verify(text: string) {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-verify-"));
  try {
    const file = join(directory, "cib.xml");
    await writeFile(file, text.replace("<cib ", `<cib have-quorum="1" `));
    return await execute("crm_verify", ["-VV", "-x", file]);
  } finally {
    await rm(directory, { recursive: true });
  }
}

it.skipIf(!hasChecker)("is satisfied by a line of every type, and by every property", async () => {
  const groups = [
    sampleGroup({ name: "all", resources: everyType, ...everyProperty }),
    sampleGroup({ name: "apart", resources: [ruled("a", { action: "none" })], antiAffinity: ["heavy"] }),
    sampleGroup({
      name: "line",
      resources: [ruled("a", {}), { ...ruled("b", { action: "restart" }), dependsOn: ["a"] }],
    }),
  ];
  const model = compileCib(samplePair({ groups }));
  expect(await verify(newCib(model))).toMatchObject({ code: 0, stderr: "" });
  const merged = renderXml(mergeCib(parseXml(newCib(model), "cib"), model));
  expect(await verify(merged)).toMatchObject({ code: 0, stderr: "" });
});

it.skipIf(!hasChecker)("says of a tree only what decision 0009 takes into account", async () => {
  const group = sampleGroup({ name: "tree", resources: [ruled("a", {}), ruled("b", {})] });
  const { stderr } = await verify(newCib(compileCib(samplePair({ groups: [group] }))));
  const lines = stderr.split("\n").filter((line) => line !== "" && !line.includes("config may not be valid"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("'ordered' group meta-attribute is deprecated");
});
