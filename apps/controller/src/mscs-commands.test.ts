/** Orders to pairs: where they go, what waits for a yes, and what becomes of them in the picture and in the log. */
import type { MscsAct, MscsOrder, MscsStatus } from "@bulkhead/core/mscs";
import { samplePairStatus, sampleView } from "@bulkhead/core/mscs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Command, FakeAgent } from "./testing/fake-agent.ts";
import { must, type Outputs } from "./testing/rig.ts";
import { eventually, startStory } from "./testing/story.ts";

type Act = Outputs["mscs"]["command"];

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);
beforeEach(() => {
  for (const name of ["db-1", "db-2"]) report(name, {});
});

const group = { kind: "group", name: "sql" };
const order = (change: Partial<MscsOrder> | Record<string, unknown>, confirm = false) =>
  story.rig.mutate<Act>("mscs.command", {
    cluster: "data",
    order: { verb: "move", object: group, ...change },
    confirm,
  });

/** What a node says from now on; its agent begins every order. */
function report(name: string, change: Partial<MscsStatus>): void {
  const agent = story.agent(name);
  agent.status = { service: "mscs", mscs: { ...samplePairStatus(name), ...change } };
  agent.answer = (command) => ({ code: "ok", message: "begun", data: actOf(command) });
}

function actOf({ args }: Command, change: Partial<MscsAct> = {}): MscsAct {
  return {
    id: args["id"] ?? "",
    order: JSON.parse(args["order"] ?? "{}") as MscsOrder,
    by: args["by"] ?? "",
    state: "running",
    startedAt: 1_000,
    deadlineAt: 61_000,
    endedAt: null,
    steps: [{ at: 1_000, text: "asked the engine" }],
    message: "sql is moving to db-2",
    ...change,
  };
}

const ordersOf = (name: string) =>
  story.agent(name).commands.filter(({ verb }) => verb === "mscs.order").length;
const lastOf = (name: string) => story.agent(name).commands.at(-1);

describe("an order", () => {
  it("goes to the coordinator's agent, and is told on as the node tells it", async () => {
    for (const name of ["db-1", "db-2"]) report(name, { view: sampleView({ dc: "db-2" }) });
    await eventually(async () =>
      must((await pair()).view?.dc === "db-2", "the picture names the coordinator"),
    );
    const before = ordersOf("db-1");
    const { data } = await order({ to: "db-2" });
    expect(data).toMatchObject({
      node: "db-2",
      state: "running",
      by: "local CLI",
      message: "sql is moving to db-2",
    });
    expect(ordersOf("db-1")).toBe(before);
    const ended: MscsAct = { ...data, state: "done", endedAt: 3_500, message: "Group sql is online on db-2" };
    report("db-2", { acts: [ended] });
    await eventually(async () =>
      expect((await pair()).acts).toMatchObject([{ node: "db-2", state: "done" }]),
    );
    await eventually(async () => expect(await story.auditOf("mscs.move")).toHaveLength(2));
    const [end, begin] = await story.auditOf("mscs.move");
    expect(begin).toMatchObject({ outcome: "done", actor: { name: "local CLI" } });
    expect(begin?.detail).toMatchObject({ phase: "begin", cluster: "data", to: "db-2", node: "db-2" });
    expect(end).toMatchObject({ outcome: "done", actor: { name: "local CLI" } });
    expect(end?.detail).toMatchObject({
      phase: "end",
      state: "done",
      tookMs: 2_500,
      steps: ["asked the engine"],
    });
  });

  it("that a node refuses is refused with its rule, and both are in the log", async () => {
    const refusal = {
      rule: "B-order",
      severity: "error" as const,
      objects: [{ kind: "group" as const, name: "sql" }],
      message: "Group sql is online nowhere",
      reason: "There is nothing to move.",
      cure: "Bring sql online.",
    };
    const refuse = (command: Command) => ({
      code: "refused" as const,
      message: refusal.message,
      refusal,
      data: actOf(command, { state: "refused", endedAt: 1_000, message: refusal.message }),
    });
    for (const name of ["db-1", "db-2"]) story.agent(name).answer = refuse;
    expect(await order({ verb: "moveBack" })).toMatchObject({ status: 409, refusals: [refusal] });
    await eventually(async () => {
      const log = (await story.auditOf("mscs.moveBack")).map(({ outcome, detail }) => [
        outcome,
        detail["phase"],
      ]);
      expect(log).toEqual([
        ["refused", "end"],
        ["done", "begin"],
      ]);
    });
  });

  it("is lost with words when no node is connected, and goes to the other when one is away", async () => {
    await story.agent("db-1").disconnect();
    await eventually(async () => must(!(await pair()).nodes[0]?.online, "db-1 is away"));
    expect((await order({ verb: "clear" })).data.node).toBe("db-2");
    await story.agent("db-2").disconnect();
    await eventually(async () => must(!(await pair()).nodes[1]?.online, "db-2 is away"));
    const lost = await order({ verb: "clear" });
    expect(lost).toMatchObject({ status: 409, refusals: [{ rule: "B-unreachable" }] });
    expect((await story.auditOf("mscs.clear"))[0]).toMatchObject({ outcome: "refused" });
    for (const name of ["db-1", "db-2"]) story.agent(name).connect();
    await eventually(async () =>
      must(
        (await pair()).nodes.every(({ online }) => online),
        "both are back",
      ),
    );
  });

  it.each([
    [{ object: { kind: "group", name: "mail" } }, "There is sql."],
    [{ verb: "fail", object: { kind: "resource", name: "sql/tape" } }, "There is disk, ip, db."],
    [{ verb: "resume", object: { kind: "node", name: "db-9" } }, "There is db-1, db-2."],
    [{ to: "web-1" }, "There is db-1, db-2."],
  ])("for what the pair does not have is a 404 that names what it has: %j", async (change, cure) => {
    const answer = await order(change);
    expect(answer).toMatchObject({ status: 404, message: expect.stringContaining(cure) });
  });

  it("that a node answers in a form that nobody knows is still followed by its end", async () => {
    const answer = (result: ReturnType<FakeAgent["answer"]>) => {
      for (const name of ["db-1", "db-2"]) story.agent(name).answer = () => result;
    };
    answer({ code: "ok", message: "begun", data: { state: "splendid" } });
    expect((await order({ verb: "restart" })).data).toMatchObject({ state: "running", message: "begun" });
    answer({ code: "failed", message: "cibadmin does not answer" });
    expect((await order({ verb: "online" })).data).toMatchObject({
      state: "failed",
      message: "cibadmin does not answer",
    });
    await eventually(async () =>
      expect((await story.auditOf("mscs.online"))[0]).toMatchObject({ outcome: "failed" }),
    );
  });
});

describe("a yes", () => {
  it.each([
    ["offline", group, "its clients are cut off"],
    ["offline", { kind: "resource", name: "sql/ip" }, "everything that depends on it"],
    ["evict", { kind: "node", name: "db-2" }, "db-1 is alone"],
    ["rebuild", { kind: "node", name: "db-2" }, "db-1 is alone"],
  ])("is needed for %s of %j", async (verb, object, reason) => {
    const before = ordersOf("db-1");
    const refused = await order({ verb, object });
    expect(refused).toMatchObject({
      status: 409,
      refusals: [{ rule: "B-confirm", reason: expect.stringContaining(reason) }],
    });
    expect(ordersOf("db-1")).toBe(before);
    expect((await order({ verb, object }, true)).status).toBe(200);
  });

  it("is needed for a drain only when the groups have nowhere to go", async () => {
    const pause = { verb: "pause", object: { kind: "node", name: "db-1" }, mode: "drain" };
    expect((await order(pause)).status).toBe(200);
    const alone = sampleView({
      nodes: [
        { name: "db-1", state: "up", pause: null },
        { name: "db-2", state: "down", pause: null },
      ],
    });
    report("db-1", { view: alone });
    report("db-2", { view: alone });
    await eventually(async () => must((await pair()).view?.nodes[1]?.state === "down", "db-2 is down"));
    expect((await order(pause)).refusals[0]).toMatchObject({
      rule: "B-confirm",
      reason: expect.stringContaining("sql would have nowhere to go"),
    });
    expect((await order({ ...pause, mode: "keep" })).status).toBe(200);
  });
});

it("evict goes to both nodes, and the outcome of the one that stays counts", async () => {
  const object = { kind: "node", name: "db-1" };
  await eventually(async () => must((await pair()).view?.nodes[1]?.state === "up", "db-2 is up again"));
  const [before1, before2] = [ordersOf("db-1"), ordersOf("db-2")];
  const { data } = await order({ verb: "evict", object }, true);
  expect(data.node).toBe("db-2");
  expect([ordersOf("db-1"), ordersOf("db-2")]).toEqual([before1 + 1, before2 + 1]);
  expect(lastOf("db-1")?.args["id"]).toBe(lastOf("db-2")?.args["id"]);
  report("db-1", { acts: [{ ...data, state: "done", endedAt: 2_000, message: "engine wiped" }] });
  report("db-2", { acts: [{ ...data, state: "failed", endedAt: 3_000, message: "membership kept" }] });
  await eventually(async () => {
    const [last] = await story.auditOf("mscs.evict");
    expect(last).toMatchObject({ outcome: "failed", detail: { node: "db-2", message: "membership kept" } });
  });
  const ends = (await story.auditOf("mscs.evict")).filter(({ detail }) => detail["id"] === data.id);
  expect(ends.map(({ detail }) => detail["phase"])).toEqual(["end", "begin"]);
  expect((await pair()).acts.filter(({ id }) => id === data.id)).toMatchObject([{ node: "db-2" }]);
});

it("what was ordered on a node itself is in the log too, once", async () => {
  const act: MscsAct = {
    ...actOf({ type: "command", id: "c", verb: "mscs.order", args: { id: "local-1" } }),
    order: {
      verb: "maintenance",
      object: { kind: "pair", name: "data" },
      to: null,
      mode: "on",
      deadlineS: null,
    },
    by: "local",
    state: "timeout",
    endedAt: 9_000,
    message: "the engine does not answer",
  };
  report("db-2", { acts: [act] });
  await eventually(async () => expect(await story.auditOf("mscs.maintenance")).toHaveLength(1));
  await story.rig.restart();
  for (const name of ["db-1", "db-2"]) {
    story.agent(name).baseUrl = story.rig.controller.url;
    await story.agent(name).disconnect();
    story.agent(name).connect();
  }
  await eventually(async () => must((await pair()).acts.length > 0, "the act is in the picture again"));
  const log = await story.auditOf("mscs.maintenance");
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    outcome: "failed",
    actor: { kind: "node", name: "db-2" },
    detail: { by: "local" },
  });
});

async function pair() {
  const found = (await story.snapshot()).mscs[0];
  if (!found) throw new Error("no pair in the picture");
  return found;
}
