import type { FleetSnapshot, PairCause } from "@bulkhead/api";
import { samplePair } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { HandClock } from "../testing/hand-clock.ts";
import { ChangeFeed } from "./feed.ts";
import { LiveFleet } from "./live-fleet.ts";
import { mscsView } from "./mscs/view.ts";
import { SinceBook } from "./since-book.ts";

function pictureOf(at: number, causes: PairCause[]): FleetSnapshot {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  const pair = mscsView({ policy: samplePair(), live, failovers: [], now: at });
  return { at, fleetName: "fleet", nodes: [], wlbs: [], mscs: [{ ...pair, causes }], violations: [] };
}

const failed = (text: string): PairCause => ({
  code: "group",
  severity: "error",
  about: { kind: "group", name: "sql" },
  text,
  cure: null,
});
const weak = (text: string): PairCause => ({ ...failed(text), code: "protection", about: null });

it("counts from the first picture of a thing, whatever its words, and anew when it comes back", () => {
  const book = new SinceBook();
  const sinceIn = (at: number, ...causes: PairCause[]) =>
    book.stamped(pictureOf(at, causes)).mscs[0]?.causes.map(({ since }) => since);
  expect(sinceIn(1_000, failed("It failed once."))).toEqual([1_000]);
  expect(sinceIn(2_000, failed("It failed 2 times."), weak("No witness."))).toEqual([1_000, 2_000]);
  expect(sinceIn(3_000, weak("No fencing."), weak("No witness."))).toEqual([3_000, 2_000]);
  expect(sinceIn(4_000, failed("It failed once."))).toEqual([4_000]);
});
