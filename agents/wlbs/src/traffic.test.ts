/** Counters that begin anew must not take away what was counted. */
import type { TrafficCounters } from "@bulkhead/nft";
import { expect, test } from "vitest";
import { TrafficSum } from "./traffic.ts";

const reading = (accepted: number, foreign: number): TrafficCounters => ({
  acceptedPackets: accepted,
  acceptedBytes: accepted * 100,
  drainedPackets: 0,
  drainedBytes: 0,
  foreignPackets: foreign,
  foreignBytes: foreign * 100,
  unleasedPackets: 0,
  strayPackets: 0,
});

test("the sum goes on over new counters", () => {
  const sum = new TrafficSum();
  for (const next of [reading(5, 10), reading(8, 10), reading(0, 0), reading(2, 1)]) sum.take(next);
  expect(sum.total).toEqual({
    acceptedPackets: 10,
    acceptedBytes: 1_000,
    drainedPackets: 0,
    foreignPackets: 11,
  });
});
