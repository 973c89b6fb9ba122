/** Orders over a fake engine: each is seen through to its end, one at a time, and nothing of one is left behind. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MscsAct, MscsOrder } from "@bulkhead/core/mscs";
import { renderXml } from "@bulkhead/pacemaker";
import { expect, it, vi } from "vitest";
import { readOrNull } from "../files.ts";
import { authkey, type Bench, bench, nodePolicy, policy } from "../testing/bench.ts";

const secrets = { corosyncAuthkey: authkey };
const order = (change: Partial<MscsOrder>): MscsOrder => ({
  verb: "move",
  object: { kind: "group", name: "sql" },
  to: null,
  mode: null,
  deadlineS: null,
  ...change,
});

let count = 0;
/** Gives an order and waits for its end. */
async function give(it: Bench, change: Partial<MscsOrder>, wait = "true") {
  count += 1;
  const args = { id: `act-${count}`, by: "anna", order: JSON.stringify(order(change)), wait };
  const { code, message, data } = await it.half.command("mscs.order", args);
  return { code, message, act: data as MscsAct };
}

const cibOf = (it: Bench) => renderXml(it.runner.live);
const actsOf = (it: Bench) => {
  const status = it.half.status();
  return status.service === "mscs" ? status.mscs.acts : [];
};

it.each<{ verb: MscsOrder["verb"]; object?: MscsOrder["object"]; says: RegExp }>([
  { verb: "move", says: /online on db-2/ },
  { verb: "offline", says: /is offline/ },
  { verb: "restart", says: /is online on db-1/ },
  { verb: "offline", object: { kind: "resource", name: "sql/ip" }, says: /is offline/ },
  { verb: "clear", object: { kind: "pair", name: "data" }, says: /remembered any more/ },
])("sees $verb through and tells who asked, when, and how it ended", async ({ verb, object, says }) => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.follow();
  const { code, act } = await give(it, { verb, ...(object ? { object } : {}) });
  expect({ code, state: act.state, by: act.by }).toEqual({ code: "ok", state: "done", by: "anna" });
  expect(act.message).toMatch(says);
  expect(act.steps.length).toBeGreaterThan(0);
  expect(act.endedAt).toBeGreaterThanOrEqual(act.startedAt);
  expect(actsOf(it)[0]).toEqual(act);
  expect(cibOf(it)).not.toContain("bulkhead-run-move");
});

it("restarts a group where it is, not where it would rather be", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const [group] = it.runner.view.groups;
  it.runner.view = { ...it.runner.view, groups: [{ ...group!, owner: "db-2" }] };
  const seen: string[] = [];
  it.runner.onOrder = () => seen.push(cibOf(it));
  expect(await give(it, { verb: "restart", deadlineS: 2 })).toMatchObject({ code: "timeout" });
  const stopped = seen.filter((cib) => cib.includes('name="target-role" value="Stopped"'));
  expect(stopped.length).toBeGreaterThan(0);
  for (const cib of stopped) expect(cib).toMatch(/bulkhead-run-move-db-1-sql-node" [^>]*value="db-2"/);
  expect(cibOf(it)).not.toMatch(/bulkhead-run-move|target-role/);
});

it("ends a move that never arrives with its cause, and takes the pin away", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const { code, act } = await give(it, { deadlineS: 5 });
  expect(code).toBe("timeout");
  expect(act.message).toContain("Not done within 5 s: sql is online, not online on db-2 yet");
  expect(cibOf(it)).not.toContain("bulkhead-run-move");
});

it("waits while the engine is away, and goes on when it is back", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const seen = it.runner.view;
  it.runner.onOrder = () => {
    it.runner.onOrder = () => {};
    it.runner.view = { ...seen, engineBlind: "pacemakerd was restarted" };
    it.clock.after(900, () => {
      it.follow();
      it.runner.view = seen;
      it.runner.onOrder();
    });
  };
  expect(await give(it, {})).toMatchObject({ code: "ok" });
});

it("lets one act at a time touch a group and its resources", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const first = await give(it, { deadlineS: 360_000 }, "");
  expect(first).toMatchObject({ code: "ok", act: { state: "running" } });
  const second = await give(it, { verb: "offline", object: { kind: "resource", name: "sql/ip" } });
  expect(second).toMatchObject({ code: "refused", act: { state: "refused" } });
  expect(second.message).toContain('"move" of sql is still under way');
  expect(await give(it, { verb: "maintenance", object: { kind: "pair", name: "data" } })).toMatchObject({
    code: "ok",
  });
});

it("answers the same order twice with the same act", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.follow();
  const args = { id: "same", by: "anna", order: JSON.stringify(order({})), wait: "true" };
  const first = await it.half.command("mscs.order", args);
  expect((await it.half.command("mscs.order", args)).data).toEqual(first.data);
  expect(actsOf(it)).toHaveLength(1);
});

it("tidies up after an agent that died in the middle", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  await give(it, { deadlineS: 360_000 }, "");
  await vi.waitFor(() => expect(cibOf(it)).toContain("bulkhead-run-move-db-1-sql"));
  await it.half.stop({ keepDataPlane: true });
  const next = it.again();
  await next.apply(nodePolicy(), secrets);
  expect(cibOf(it)).not.toContain("bulkhead-run-move");
  const kept = JSON.parse(await readFile(join(it.stateDir, "acts.json"), "utf8")) as MscsAct[];
  expect(kept).toMatchObject([{ state: "failed", message: expect.stringContaining("agent was restarted") }]);
  await next.stop({ keepDataPlane: true });
});

it("pauses a node so that it keeps its groups and gets none, and resumes it", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.live = nodesIn(it);
  it.follow();
  const object = { kind: "node", name: "db-2" } as const;
  expect(await give(it, { verb: "pause", object })).toMatchObject({ code: "ok" });
  expect(cibOf(it)).toContain('id="bulkhead-run-pause-db-2-sql" rsc="sql" node="db-2" score="-INFINITY"');
  expect(cibOf(it)).toContain('name="bulkhead-pause" value="keep"');
  expect(await give(it, { verb: "resume", object })).toMatchObject({ code: "ok" });
  expect(cibOf(it)).not.toMatch(/bulkhead-run-pause|bulkhead-pause/);
});

it("drains a node, and says what still holds it", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.live = nodesIn(it);
  const object = { kind: "node", name: "db-1" } as const;
  const late = await give(it, { verb: "pause", object, mode: "drain", deadlineS: 2 });
  expect(late).toMatchObject({ code: "timeout" });
  expect(late.message).toContain("sql (online) is still on db-1");
  expect(cibOf(it)).toContain('name="standby" value="on"');
});

it("keeps every act that is under way, and of the ended ones the newest", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  await give(it, { deadlineS: 360_000 }, "");
  const pair = { kind: "pair", name: "data" } as const;
  for (let turn = 0; turn < 20; turn += 1)
    await give(it, { verb: "maintenance", mode: turn % 2 === 0 ? "on" : "off", object: pair });
  const acts = actsOf(it);
  expect(acts).toHaveLength(16);
  expect(acts.filter(({ state }) => state === "running")).toHaveLength(1);
});

it("stops a group that a new policy no longer has before it is taken out of the engine", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const seen: string[] = [];
  it.runner.onOrder = () => {
    seen.push(cibOf(it));
    it.clock.after(400, () => {
      const [group] = it.runner.view.groups;
      const resources = group!.resources.map((item) => ({ ...item, owner: null, state: "offline" as const }));
      it.runner.view = {
        ...it.runner.view,
        groups: [{ ...group!, state: "offline", owner: null, resources }],
      };
    });
  };
  await it.half.apply(nodePolicy({ ...policy, groups: [] }), secrets);
  expect(seen[0]).toMatch(/<group id="sql">\s*<meta_attributes[^>]*>\s*<nvpair [^>]*value="Stopped"/);
  expect(it.runner.written[0]?.groups).toEqual([]);
  expect(cibOf(it)).not.toContain('<group id="sql">');
});

it("does not take a group out that does not stop, and says which", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  await expect(it.half.apply(nodePolicy({ ...policy, groups: [] }), secrets)).rejects.toThrow(
    /sql is not in the new policy and does not stop/,
  );
  expect(cibOf(it)).toContain('<group id="sql">');
  expect(cibOf(it)).not.toContain("target-role");
});

it("says what is wrong with an order that is none", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  expect(await it.half.command("mscs.order", { order: "{" })).toMatchObject({ code: "bad-params" });
  expect(await it.half.command("mscs.order", { order: "{}" })).toMatchObject({ code: "bad-params" });
});

/** The CIB as the engine has it once both nodes have joined. */
function nodesIn(it: Bench) {
  const nodes = ["db-1", "db-2"].map((uname, index) => ({
    name: "node",
    attributes: { id: String(index + 1), uname },
    children: [],
  }));
  const children = it.runner.live.children.map((part) => ({
    ...part,
    children: part.children.map((item) => (item.name === "nodes" ? { ...item, children: nodes } : item)),
  }));
  return { ...it.runner.live, children };
}

const db2 = { kind: "node", name: "db-2" } as const;
const states = (it: Bench, second: "up" | "down" | null) => {
  const [first] = it.runner.view.nodes;
  const nodes = second === null ? [first!] : [first!, { name: "db-2", state: second, pause: null }];
  it.runner.view = { ...it.runner.view, nodes };
};

it("takes an evicted peer out of the membership once it has left, and back when it is rebuilt", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.clock.after(400, () => states(it, "down"));
  const forget = "crm_node --force --remove db-2";
  it.runner.onOrder = () => {
    if (it.runner.tools.includes(forget)) states(it, null);
  };
  const evict = await give(it, { verb: "evict", object: db2 });
  expect(evict).toMatchObject({ code: "ok", message: "db-2 is out of the pair" });
  expect(await readFile(it.paths.corosyncConf, "utf8")).not.toContain("db-2");
  expect(it.runner.calls).toContain("reload corosync");
  expect(it.runner.calls).not.toContain("restart corosync-qdevice");
  it.runner.onOrder = () => {};
  it.runner.reloadCorosync = () => Promise.resolve(states(it, "up"));
  expect(await give(it, { verb: "rebuild", object: db2 })).toMatchObject({ code: "ok" });
  expect(await readFile(it.paths.corosyncConf, "utf8")).toContain("name: db-2");
});

it("does not take a peer out that still runs", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const late = await give(it, { verb: "evict", object: db2, deadlineS: 3 });
  expect(late).toMatchObject({ code: "timeout" });
  expect(late.message).toContain("give the order on db-2 itself or power it off");
  expect(await readFile(it.paths.corosyncConf, "utf8")).toContain("name: db-2");
});

it("stops its engine when it is evicted itself, and stays out over a restart until it is rebuilt", async () => {
  await using it = await bench("db-2");
  await it.half.apply(nodePolicy(), secrets);
  expect(await give(it, { verb: "evict", object: db2 })).toMatchObject({ code: "ok" });
  expect(it.runner.running.size).toBe(0);
  expect(await readOrNull(it.paths.corosyncConf)).toBeNull();
  await it.half.apply(nodePolicy(), secrets);
  expect(it.runner.running.size).toBe(0);
  const status = it.half.status();
  expect(status.service === "mscs" && status.mscs.lastError).toContain("was evicted");
  expect(await give(it, { verb: "rebuild", object: db2 })).toMatchObject({ code: "ok" });
  expect([...it.runner.running]).toEqual(["corosync", "corosync-qdevice", "pacemaker"]);
});

it("does not restart the witness's device while it is alone: that would cost the quorum", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const moved = { ...policy, witness: { node: "witness-2", address: "10.77.0.21" } };
  it.runner.members = [1];
  await it.half.apply(nodePolicy(moved), secrets);
  expect(it.runner.calls).not.toContain("restart corosync-qdevice");
  it.runner.members = [1, 2];
  await it.half.apply(nodePolicy(policy), secrets);
  expect(it.runner.calls).toContain("restart corosync-qdevice");
});

it.each([true, false])(
  "keeps an order to be offline when the pair forms anew: %s",
  async (persistentState) => {
    await using it = await bench();
    const groups = policy.groups.map((group) => ({ ...group, persistentState }));
    await it.half.apply(nodePolicy({ ...policy, groups }), secrets);
    await it.runner.orders.setOffline("sql", true);
    const next = it.again();
    await next.apply(nodePolicy({ ...policy, groups }), secrets);
    expect(cibOf(it).includes('name="target-role"')).toBe(persistentState);
    await next.stop({ keepDataPlane: true });
  },
);
