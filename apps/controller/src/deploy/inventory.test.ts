/** Which addresses an engine lets move is told by those alone that can know it now. */
import { samplePairStatus, sampleView } from "@bulkhead/core/mscs";
import type { NodeRow } from "@bulkhead/db";
import { expect, it } from "vitest";
import { ChangeFeed } from "../live/feed.ts";
import { LiveFleet, staleAfterMs } from "../live/live-fleet.ts";
import { HandClock } from "../testing/hand-clock.ts";
import { inventoryOf } from "./inventory.ts";

const row: NodeRow = {
  name: "db-1",
  machineId: "m",
  role: null,
  signingKey: "",
  sealingKey: "",
  enrolledAt: 0,
  revokedAt: null,
  lastSeenAt: null,
  agentVersion: "1",
  inventory: null,
  desiredGeneration: 0,
  appliedGeneration: 0,
  lastRefusal: null,
};

function floatingAfter(floating: string[] | undefined, ageMs: number): string[] | undefined {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  live.online("db-1");
  const view = sampleView(floating === undefined ? {} : { floating });
  live.status("db-1", { service: "mscs", mscs: samplePairStatus("db-1", view) });
  clock.turn(ageMs);
  const [node] = inventoryOf({ nodes: [row] }, live, clock.nowMs()).nodes;
  return node?.floating;
}

it("takes them from a fresh view, and from nothing else", () => {
  expect(floatingAfter(["10.77.0.50"], 0)).toEqual(["10.77.0.50"]);
  expect(floatingAfter([], 0)).toEqual([]);
  expect(floatingAfter(undefined, 0)).toBeUndefined();
  expect(floatingAfter(["10.77.0.50"], staleAfterMs + 1)).toBeUndefined();
});
