/** What-if through a whole controller: two models of one decision, from the live pair and from a plan. */
import { type FailoverRecord, type Prediction, samplePairStatus } from "@bulkhead/core/mscs";
import { beforeAll, expect, it } from "vitest";
import { fleetYaml } from "./testing/fleet-file.ts";
import { must, type Outputs } from "./testing/rig.ts";
import { eventually, startStory } from "./testing/story.ts";

type Answer = Outputs["mscs"]["whatIf"];

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);

const ask = (question: Record<string, unknown>, from = "live") =>
  story.rig.query<Answer>("mscs.whatIf", { cluster: "data", from, question });
const nodeLoss = { kind: "nodeLoss", node: "db-1" };

const at = Date.now() - 3_600_000;
const failover: FailoverRecord = {
  id: "sql 1",
  group: "sql",
  cause: "node-fenced",
  detail: "db-1 was fenced",
  from: "db-1",
  to: "db-2",
  startedAt: at,
  endedAt: at + 3_100,
  outcome: "online",
  steps: [],
};

function engineSays(change: Partial<Prediction> | null, prediction: Prediction | null = null): void {
  for (const name of ["db-1", "db-2"])
    story.agent(name).answer = () =>
      change === null
        ? { code: "failed", message: "crm_simulate is not installed" }
        : { code: "ok", message: "", data: { ...prediction, ...change } };
}

it("the model of core answers even when no engine can be asked, and tells how long it took last", async () => {
  engineSays(null);
  story.agent("db-2").status = {
    service: "mscs",
    mscs: { ...samplePairStatus("db-2"), failovers: [failover] },
  };
  await eventually(async () => must((await story.snapshot()).mscs[0]?.failovers.length === 1, "the history"));
  await eventually(async () => {
    const { data } = await ask(nodeLoss);
    expect(data).toMatchObject({ from: "live", engine: null, differences: [], tookLast: { sql: [3_100] } });
    expect(data.prediction.fenced).toEqual(["db-1"]);
    expect(data.prediction.groups).toMatchObject([
      { group: "sql", from: "db-1", to: "db-2", verdict: "moves" },
    ]);
  });
});

it("the engine's answer is shown beside it, with what differs", async () => {
  const { data } = await ask(nodeLoss);
  engineSays({}, data.prediction);
  expect((await ask(nodeLoss)).data).toMatchObject({ engine: data.prediction, differences: [] });
  const { args } = story.agent("db-1").commands.at(-1) ?? { args: {} as Record<string, string> };
  expect(JSON.parse(args["event"] ?? "")).toEqual(nodeLoss);
  expect(JSON.parse(args["state"] ?? "")).toMatchObject({ owners: { sql: "db-1" } });
  expect(args["from"]).toBe("live");
  engineSays({ groups: data.prediction.groups.map((group) => ({ ...group, to: null })) }, data.prediction);
  expect((await ask(nodeLoss)).data.differences).toEqual([
    expect.stringContaining("Bulkhead expects sql on db-2, Pacemaker offline"),
  ]);
});

it("asks for the hour of the node, not of the controller", async () => {
  // Half a day away from here: whatever the hour is, the two differ.
  const here = -new Date().getTimezoneOffset();
  const utcOffsetMin = here > 0 ? here - 720 : here + 720;
  for (const name of ["db-1", "db-2"])
    story.agent(name).status = { service: "mscs", mscs: { ...samplePairStatus(name), utcOffsetMin } };
  const there = () => new Date(Date.now() + utcOffsetMin * 60_000).getUTCHours();
  await eventually(async () => {
    const before = there();
    engineSays({}, (await ask(nodeLoss)).data.prediction);
    await ask(nodeLoss);
    const { state = "{}" } = story.agent("db-1").commands.at(-1)?.args ?? {};
    expect([before, there()]).toContain((JSON.parse(state) as { hour?: number }).hour);
  });
});

it("a plan is asked about as it would become, also for a pair that does not run", async () => {
  engineSays(null);
  const yaml = fleetYaml().replace("preferredOwners: [db-1, db-2]", "preferredOwners: [db-2, db-1]");
  const plan = (await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml })).data;
  const { data, status } = await ask({ kind: "plan", planId: plan.id }, "planned");
  expect(status).toBe(200);
  expect(data.prediction.groups).toMatchObject([{ group: "sql", from: "db-1" }]);
  expect((await ask({ kind: "plan", planId: "nope" })).status).toBe(404);
  const refused = (
    await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml: "version: 1\nmscs: 5\n" })
  ).data;
  expect((await ask({ kind: "plan", planId: refused.id })).refusals[0]?.rule).toBe("B-plan-unreadable");
});

it.each([
  [{ kind: "nodeLoss", node: "web-1" }, "There is db-1, db-2."],
  [{ kind: "move", group: "mail", to: "db-1" }, "There is sql."],
  [{ kind: "resourceFailure", group: "sql", resource: "tape" }, "There is disk, ip, db."],
  [{ kind: "linkLoss", network: "beat" }, "There is"],
])("an event about nothing is a 404, not a calm answer: %j", async (question, cure) => {
  expect(await ask(question)).toMatchObject({ status: 404, message: expect.stringContaining(cure) });
});

it("an unknown state is no state to start from; the plan is", async () => {
  for (const name of ["db-1", "db-2"]) await story.agent(name).disconnect();
  await eventually(async () => expect((await ask(nodeLoss)).refusals[0]?.rule).toBe("B-unreachable"));
  expect((await ask(nodeLoss, "planned")).data).toMatchObject({ from: "planned", engine: null });
});
