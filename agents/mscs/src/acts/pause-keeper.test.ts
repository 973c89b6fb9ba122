/** A paused node keeps what it has and gets nothing new, also after a failover; one agent sees to it. */
import { sampleGroupView, sampleResourceView, sampleView } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { keepPaused } from "./pause-keeper.ts";

const group = (name: string, owner: string | null) =>
  sampleGroupView({ name, owner, resources: [sampleResourceView({ owner })] });
const view = sampleView({
  dc: "db-1",
  nodes: [
    { name: "db-1", state: "up", pause: null },
    { name: "db-2", state: "paused", pause: "keep" },
  ],
  groups: [group("here", "db-1"), group("there", "db-2"), group("nowhere", null)],
});

async function kept(node: string, seen = view) {
  const calls: [string, readonly string[]][] = [];
  const keepAway = (paused: string, away: readonly string[]) => {
    calls.push([paused, away]);
    return Promise.resolve(true);
  };
  await keepPaused({ node, orders: { keepAway } }, seen);
  return calls;
}

it("keeps away what is not on the paused node", async () => {
  expect(await kept("db-1")).toEqual([["db-2", ["here", "nowhere"]]]);
});

it("leaves it to the coordinator's agent, and does nothing while the engine is blind", async () => {
  expect(await kept("db-2")).toEqual([]);
  expect(await kept("db-1", { ...view, engineBlind: "gone" })).toEqual([]);
});
