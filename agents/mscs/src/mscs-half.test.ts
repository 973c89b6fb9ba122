/** The half over a fake engine: order of start, files, one writer, drift, release, commands. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { renderXml } from "@bulkhead/pacemaker";
import { expect, it, vi } from "vitest";
import { readOrNull } from "./files.ts";
import { authkey, bench, healthyView, nodePolicy, policy } from "./testing/bench.ts";

const secrets = { corosyncAuthkey: authkey };

it("brings an empty node up: files, CIB, daemons in order", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  expect(it.runner.calls).toEqual(["start corosync", "start corosync-qdevice", "start pacemaker"]);
  expect(await readFile(it.paths.corosyncConf, "utf8")).toContain("cluster_name: data");
  expect((await stat(it.paths.authkey)).mode & 0o777).toBe(0o400);
  expect((await readFile(it.paths.authkey)).length).toBe(256);
  expect((await stat(`${it.paths.cibDirectory}/cib.xml`)).mode & 0o777).toBe(0o600);
  expect(await readFile(`${it.paths.cibDirectory}/cib.xml`, "utf8")).toContain("10.77.0.50");
});

it("changes nothing when it is applied again", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.calls.length = 0;
  await it.half.apply(nodePolicy(), {});
  expect(it.runner.calls.filter((call) => !call.endsWith("corosync-qdevice"))).toEqual([]);
  expect(it.runner.written).toHaveLength(1);
});

it("waits for the peer before the first start, but not for ever", async () => {
  await using it = await bench();
  it.runner.members = [1];
  const start = it.clock.monotonicMs();
  await it.half.apply(nodePolicy(), secrets);
  expect(it.clock.monotonicMs() - start).toBeGreaterThanOrEqual(45_000);
  expect(it.runner.running).toContain("pacemaker");
});

it("leaves the writing to the coordinator's node for a while, then does it", async () => {
  await using it = await bench("db-2");
  await it.half.apply(nodePolicy(), secrets);
  expect(it.clock.monotonicMs()).toBeGreaterThan(10_000);
  expect(it.runner.written).toHaveLength(1);
});

it("does not write an older policy back after a restart", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const newer = structuredClone(policy);
  newer.groups[0]!.preferredOwners = ["db-2"];
  const { compileCib } = await import("@bulkhead/core/mscs");
  await it.runner.apply(compileCib(newer));
  await it.half.apply(nodePolicy(), secrets);
  expect(it.runner.written).toHaveLength(2);
  await it.half.apply(nodePolicy(newer), secrets);
  await it.half.apply(nodePolicy(), secrets);
  expect(it.runner.written).toHaveLength(3);
});

it("shows a change by hand and does not undo it", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.drift = ["group sql was changed"];
  await it.half.apply(nodePolicy(), secrets);
  const status = it.half.status();
  expect(status).toMatchObject({ mscs: { drift: ["group sql was changed"], lastError: null } });
  expect(it.runner.written).toHaveLength(1);
});

it("notices a change by hand when the CIB's epoch moves", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.drift = ["group sql was changed"];
  it.runner.view = { ...it.runner.view, cibEpoch: "0.2.0" };
  await it.half.command("mscs.groups", {});
  // The tracker may have seen the new epoch by itself just before, and be asking now.
  await vi.waitFor(() => {
    expect(it.half.status()).toMatchObject({ mscs: { drift: ["group sql was changed"], lastError: null } });
  });
});

it("refuses a node that is in somebody else's cluster, and touches nothing", async () => {
  await using it = await bench();
  await writeFile(it.paths.corosyncConf, "totem {\n  cluster_name: theirs\n}\n");
  await expect(it.half.apply(nodePolicy(), secrets)).rejects.toThrow("Bulkhead did not set up");
  expect(it.runner.calls).toEqual([]);
});

it("takes the package's example cluster over and puts it back on release", async () => {
  await using it = await bench();
  const example = "totem {\n  cluster_name: debian\n}\n";
  await writeFile(it.paths.corosyncConf, example);
  await writeFile(`${it.paths.cibDirectory}/cib.xml`, "<cib/>");
  it.runner.running.add("corosync").add("pacemaker");
  await it.half.apply(nodePolicy(), secrets);
  expect(it.runner.calls.slice(0, 2)).toEqual(["stop pacemaker", "stop corosync"]);
  await it.half.stop({ keepDataPlane: false });
  expect(it.runner.running.size).toBe(0);
  expect(await readFile(it.paths.corosyncConf, "utf8")).toBe(example);
  expect(await readOrNull(it.paths.authkey)).toBeNull();
  expect(await readOrNull(`${it.paths.cibDirectory}/cib.xml`)).toBeNull();
});

it("leaves everything running when only the agent ends", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  await it.half.stop({ keepDataPlane: true });
  expect([...it.runner.running]).toEqual(["corosync", "corosync-qdevice", "pacemaker"]);
  expect(await readOrNull(it.paths.authkey)).not.toBeNull();
});

const stranger = { ...policy.nodes[0], node: "db-9" };
it.each([
  { what: "another pair", mscs: { ...policy, nodes: [stranger, policy.nodes[1]] as const }, given: secrets },
  { what: "no key", mscs: policy, given: {} },
  { what: "a short key", mscs: policy, given: { corosyncAuthkey: "AAAA" } },
])("rejects $what before any daemon is started", async ({ mscs, given }) => {
  await using it = await bench();
  await expect(it.half.apply(nodePolicy({ ...mscs, nodes: [...mscs.nodes] }), given)).rejects.toThrow(/pair/);
  expect(it.runner.running.size).toBe(0);
});

it("moves a group to the peer of its owner, and lists groups", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.follow();
  expect(await it.half.command("mscs.move", { group: "sql" })).toMatchObject({
    code: "ok",
    message: "Group sql is online on db-2",
  });
  expect(await it.half.command("mscs.move", { group: "sql", to: "db-2" })).toMatchObject({ code: "ok" });
  expect(await it.half.command("mscs.groups", {})).toMatchObject({ code: "ok", data: [{ name: "sql" }] });
  expect(await it.half.command("mscs.move", {})).toMatchObject({ code: "bad-params" });
  expect(await it.half.command("wlbs.query", {})).toMatchObject({ code: "bad-params" });
});

it("refuses a move that immediate failback would undo", async () => {
  await using it = await bench();
  const mscs = structuredClone(policy);
  mscs.groups[0]!.failback = { allow: true, windowHours: null };
  await it.half.apply(nodePolicy(mscs), secrets);
  const before = renderXml(it.runner.live);
  const refused = await it.half.command("mscs.move", { group: "sql", to: "db-2" });
  expect(refused).toMatchObject({ code: "refused", refusal: { rule: "B-order" } });
  expect(refused.message).toContain("failback.allow");
  expect(renderXml(it.runner.live)).toBe(before);
});

it("reports the view, and has no service before its first policy", async () => {
  await using it = await bench();
  expect(it.half.status()).toEqual({ service: "none" });
  await it.half.apply(nodePolicy(), secrets);
  const status = it.half.status();
  const groups = [{ name: "sql", owner: "db-1", failovers: { count: 0, isHalted: false } }];
  const view = { ...healthyView("db-1"), groups };
  expect(status).toMatchObject({ service: "mscs", mscs: { node: "db-1", view } });
});
