/** Failovers as the controller keeps them: joined from both nodes, told once, there after a restart. */
import { type FailoverRecord, samplePairStatus } from "@bulkhead/core/mscs";
import { beforeAll, expect, it } from "vitest";
import { keepMs } from "./history/failover-book.ts";
import { must, type Outputs } from "./testing/rig.ts";
import { eventually, startStory } from "./testing/story.ts";

type Rows = Outputs["mscs"]["history"];

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);

/** Yesterday: what is older than a year is not kept. */
const at = Date.now() - 86_400_000;

const running: FailoverRecord = {
  id: "sql 1000",
  group: "sql",
  cause: "node-lost",
  detail: "db-1 was lost",
  from: "db-1",
  to: "db-2",
  startedAt: at,
  endedAt: null,
  outcome: "running",
  steps: [],
};
const ended: FailoverRecord = {
  ...running,
  cause: "node-fenced",
  detail: "db-1 was lost and fenced by db-2",
  endedAt: at + 3_200,
  outcome: "online",
  steps: [{ at: at + 500, node: "db-2", text: "db-1 was fenced" }],
};

function report(name: string, failovers: FailoverRecord[]): void {
  story.agent(name).status = { service: "mscs", mscs: { ...samplePairStatus(name), failovers } };
}

const history = async (input: Record<string, unknown> = {}) =>
  (await story.rig.query<Rows>("mscs.history", { cluster: "data", ...input })).data;
const picture = async () => (await story.snapshot()).mscs[0]?.failovers ?? [];

it("a failover is in the picture while it goes on, and told once with its cause", async () => {
  report("db-2", [running]);
  await eventually(async () => expect(await picture()).toEqual([running]));
  await eventually(async () => expect(await history()).toEqual([running]));
  expect(await story.auditOf("mscs.failover")).toEqual([]);
  report("db-2", [ended]);
  await eventually(async () => expect(await story.auditOf("mscs.failover")).toHaveLength(1));
  // The other node comes back and remembers less.
  report("db-1", [running]);
  await eventually(async () => must((await story.snapshot()).mscs.length === 1, "a picture"));
  expect(await history()).toEqual([ended]);
  expect(await picture()).toEqual([ended]);
  const [event] = await story.auditOf("mscs.failover");
  expect(event).toMatchObject({ outcome: "done", object: { kind: "group", name: "sql" } });
  expect(event?.detail).toMatchObject({
    cause: "node-fenced",
    said: "db-1 was lost and fenced by db-2",
    from: "db-1",
    to: "db-2",
    tookMs: 3_200,
  });
});

it("the history is there after a restart, though the nodes have forgotten it", async () => {
  report("db-1", []);
  report("db-2", []);
  await story.rig.restart();
  expect(await picture()).toEqual([ended]);
  expect(await history()).toEqual([ended]);
  for (const name of ["db-1", "db-2"]) {
    story.agent(name).baseUrl = story.rig.controller.url;
    await story.agent(name).disconnect();
    story.agent(name).connect();
  }
  report("db-2", [ended]);
  await eventually(() => must(story.agent("db-2").isWelcome, "db-2 is back"));
  const failed: FailoverRecord = {
    ...ended,
    id: "sql 9000",
    startedAt: at + 9_000,
    endedAt: at + 9_500,
    outcome: "failed",
  };
  report("db-2", [failed, ended]);
  await eventually(async () => expect(await story.auditOf("mscs.failover")).toHaveLength(2));
  expect((await story.auditOf("mscs.failover"))[0]).toMatchObject({ outcome: "failed" });
});

it("what is older than is kept is shown as long as a node tells it, but not kept and not told", async () => {
  const old: FailoverRecord = {
    ...ended,
    id: "sql old",
    startedAt: at - keepMs,
    endedAt: at - keepMs + 1_000,
  };
  report("db-2", [old]);
  await eventually(async () => expect(await picture()).toContainEqual(old));
  expect(await history()).not.toContainEqual(old);
  expect(await story.auditOf("mscs.failover")).toHaveLength(2);
});

it("the history comes page by page, and a pair without one is unknown", async () => {
  expect((await history({ limit: 1 })).map(({ startedAt }) => startedAt)).toEqual([at + 9_000]);
  expect((await history({ limit: 1, before: at + 9_000 })).map(({ startedAt }) => startedAt)).toEqual([at]);
  expect(await history({ group: "mail" })).toEqual([]);
  expect((await story.rig.query("mscs.history", { cluster: "nope" })).status).toBe(404);
});
