/** No pair of machines whose clocks are wrong. */
import { samplePair } from "@bulkhead/core/mscs";
import type { Plan } from "@bulkhead/core/plan";
import { expect, it } from "vitest";
import { ChangeFeed } from "../live/feed.ts";
import { LiveFleet } from "../live/live-fleet.ts";
import { HandClock } from "../testing/hand-clock.ts";
import { clockRefusals } from "./new-pairs.ts";

const wall = { vips: [], mscsAddresses: [] };

function planOf(before: "mscs" | null): Plan {
  const mscs = samplePair();
  const nodes = mscs.nodes.map(({ node }) => node);
  return {
    parent: null,
    intent: { wlbs: {}, mscs: {} },
    policies: Object.fromEntries(nodes.map((node) => [node, { service: "mscs", mscs, wall }])),
    changes: nodes.map((node) => ({ node, before, after: "mscs", lines: [] })),
  };
}

/** Three reports of each machine; the witness is ahead by so much. */
function fleetWith(aheadMs: number): LiveFleet {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  for (const node of ["db-1", "db-2", "witness-1"]) {
    live.online(node);
    const sentAt = clock.nowMs() + (node === "witness-1" ? aheadMs : 0);
    for (let times = 0; times < 3; times++) live.status(node, { service: "none" }, sentAt);
  }
  return live;
}

it("is refused, once for each machine that is off by more than 2 s", () => {
  expect(clockRefusals(planOf(null), fleetWith(1_900))).toEqual([]);
  const [refusal, ...others] = clockRefusals(planOf(null), fleetWith(-7_000));
  expect(others).toEqual([]);
  expect(refusal).toMatchObject({ rule: "B-clock", severity: "error" });
  expect(refusal?.message).toBe("The clock of witness-1 is 7.0 s behind the controller's");
});

it("goes on being changed when it runs already", () => {
  expect(clockRefusals(planOf("mscs"), fleetWith(60_000))).toEqual([]);
});

it("is not judged by a machine that has gone", () => {
  const live = fleetWith(60_000);
  live.offline("witness-1");
  expect(clockRefusals(planOf(null), live)).toEqual([]);
});
