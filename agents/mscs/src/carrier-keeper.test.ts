/** A node whose cable is back takes addresses again, once it is sure, and forgets nothing else. */
import {
  sampleGroup,
  sampleGroupView,
  samplePair,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import { silentLogger } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import { createCarrierKeeper } from "./carrier-keeper.ts";

const [sql] = samplePair().groups;
const policy = samplePair({
  groups: [
    sampleGroup({ name: "sql", resources: (sql?.resources ?? []).filter(({ name }) => name === "ip") }),
  ],
});

type Failed = { node: string; count: number; hard: "here" | "everywhere" | null };
const givenUp = (node: string): Failed => ({ node, count: 1_000_000, hard: "here" });
const viewOf = (...failedOn: Failed[]) =>
  sampleView({
    groups: [sampleGroupView({ name: "sql", resources: [sampleResourceView({ name: "ip", failedOn })] })],
  });

function keeper() {
  const cleared: string[] = [];
  let now = 0;
  let hasCarrier = true;
  const keep = createCarrierKeeper({
    node: "db-1",
    clock: { monotonicMs: () => now },
    log: silentLogger,
    orders: {
      clearOn: (id, node) => {
        cleared.push(`${id} on ${node}`);
        return Promise.resolve();
      },
    },
    hasCarrier: () => hasCarrier,
  });
  /** Looks once a second. */
  const look = async (seconds: number, carrier: boolean, view = viewOf(givenUp("db-1"))) => {
    hasCarrier = carrier;
    for (let left = seconds; left > 0; left -= 1) {
      now += 1000;
      await keep(policy, view);
    }
    return cleared.splice(0);
  };
  return { keep, look, cleared };
}

it("forgets an address that was given up here when its cable has been back for a while", async () => {
  const { look } = keeper();
  expect(await look(5, false)).toEqual([]);
  expect(await look(3, true)).toEqual([]);
  expect(await look(3, true)).toEqual(["sql.ip on db-1"]);
});

it("does it once: what is given up with a good cable has another cause", async () => {
  const { look } = keeper();
  expect(await look(10, true)).toEqual(["sql.ip on db-1"]);
  expect(await look(60, true)).toEqual([]);
  await look(1, false);
  expect(await look(10, true)).toEqual(["sql.ip on db-1"]);
});

it("waits for a cable that comes and goes", async () => {
  const { look } = keeper();
  for (let times = 0; times < 5; times += 1) {
    expect(await look(2, true)).toEqual([]);
    expect(await look(1, false)).toEqual([]);
  }
});

it("leaves the other node's failures, and ordinary ones, to their period", async () => {
  for (const view of [viewOf(givenUp("db-2")), viewOf({ node: "db-1", count: 2, hard: null }), viewOf()]) {
    const { look } = keeper();
    expect(await look(10, true, view)).toEqual([]);
  }
});

it("does nothing without a quorum, and waits for it", async () => {
  const { look } = keeper();
  const view = viewOf(givenUp("db-1"));
  expect(await look(10, true, { ...view, hasQuorum: false })).toEqual([]);
  expect(await look(10, true, view)).toEqual(["sql.ip on db-1"]);
});
