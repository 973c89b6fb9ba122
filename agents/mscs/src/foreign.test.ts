/** A pair of somebody else on this node: found by its files and by the engine's own tools on a stored configuration. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { samplePair } from "@bulkhead/core/mscs";
import { corosyncConf, type Execute, execute, missingPrograms } from "@bulkhead/pacemaker";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answerStranger, readAdoption, readForeignPair } from "./foreign.ts";

const hasTools = (await missingPrograms(["crm_mon", "cibadmin"])).length === 0;
const cibFile = fileURLToPath(
  new URL("../../../packages/pacemaker/src/testdata/foreign.cib.xml", import.meta.url),
);
/** The real tools on a stored configuration; Corosync does not run. */
const run: Execute = (command, args, options) =>
  execute("env", [`CIB_file=${cibFile}`, command, ...args], options);
const silent: Execute = () => Promise.reject(new Error("not connected"));

const conf = `totem {
  version: 2
  cluster_name: shop
}
nodelist {
  node {
    nodeid: 1
    ring0_addr: 10.88.0.11
  }
  node {
    nodeid: 2
    ring0_addr: 10.88.0.12
  }
}
`;

let directory = "";
let confFile = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bulkhead-foreign-"));
  confFile = join(directory, "corosync.conf");
  await writeFile(confFile, conf);
});
afterEach(() => rm(directory, { recursive: true }));

it.skipIf(!hasTools)(
  "is reported with its nodes and groups, and nodes without a name get that of Pacemaker",
  async () => {
    const pair = await readForeignPair({ run, confFile });
    expect(pair).toMatchObject({
      cluster: "shop",
      nodes: [
        { name: "alpha", nodeId: 1, addresses: ["10.88.0.11"] },
        { name: "beta", nodeId: 2, addresses: ["10.88.0.12"] },
      ],
      witness: null,
    });
    expect(pair?.view.groups.map((group) => group.name)).toContain("grp_web");
  },
);

it("is none while its engine does not run, where Bulkhead set it up, and without a file", async () => {
  expect(await readForeignPair({ run: silent, confFile })).toBeNull();
  await writeFile(confFile, corosyncConf(samplePair()));
  expect(await readForeignPair({ run: silent, confFile })).toBeNull();
  await rm(confFile);
  expect(await readForeignPair({ run: silent, confFile })).toBeNull();
});

it.skipIf(!hasTools)("is looked at for adoption: nothing is dropped in silence", async () => {
  const report = await readAdoption({ run, confFile, ownCidrs: () => ["10.88.0.11/24"] });
  expect(report.obstacles).toEqual([]);
  expect(report.asIs.map((item) => item.object)).toEqual(["primitive st-alpha", "primitive st-beta"]);
  expect(report.changes.map((item) => item.object)).toEqual([
    "group grp_web",
    "primitive vip",
    "primitive data",
    "primitive site",
  ]);
  expect(report.changes[3]?.text).toContain("monitor every 10 s within 30 s becomes every 10 s within 40 s");
  expect(report.kept.map((item) => item.object)).toEqual([
    "clone dlm-clone",
    "rsc_location loc-ping",
    "rsc_ticket web-ticket",
    "primitive ping",
  ]);
  expect(report.fleetFile).toContain('subnet: "10.88.0.0/24"');
});

it.skipIf(!hasTools)("keeps the token that runs, or else Corosync's own", async () => {
  const tokenIn = async (tool: Execute) =>
    /tokenMs: (\d+)/.exec((await readAdoption({ run: tool, confFile })).fleetFile)?.[1];
  const done = { code: 0, stdout: "runtime.config.totem.token (u32) = 5000\n", stderr: "" };
  const corosync: Execute = (command, args, options) =>
    command === "corosync-cmapctl" ? Promise.resolve(done) : run(command, args, options);
  expect(await tokenIn(corosync)).toBe("5000");
  expect(await tokenIn(run)).toBe("3000");
});

it("has no other answers for strangers", async () => {
  expect(await answerStranger("wlbs.start", {})).toMatchObject({ code: "bad-params" });
  expect(await answerStranger("mscs.whatIf", { from: "live", event: "{}" })).toMatchObject({
    code: "bad-params",
  });
});
