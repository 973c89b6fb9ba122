/** The `fleet` part of the API context: the picture, built once per change and shared by all who look. */
import type { ApiContext, FleetSnapshot, KeyRotation } from "@bulkhead/api";
import type { FailoverRecord } from "@bulkhead/core/mscs";
import type { Clock } from "@bulkhead/runtime";
import type { ChangeFeed } from "../live/feed.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import { SinceBook } from "../live/since-book.ts";
import { buildSnapshot } from "../live/snapshot.ts";
import type { World } from "../world.ts";

/**
 * Fast enough to look alive, slow enough for many browsers. The picture of 32 hosts with 32 rules has 700 KB and costs
 * 70 ms of a core per browser, so it comes as often as hosts report and not more.
 */
const liveEveryMs = 250;
const largeEveryMs = 1_000;
const largeHosts = 8;

export interface FleetServiceOptions {
  world: World;
  live: LiveFleet;
  feed: ChangeFeed;
  clock: Clock;
  fleetName: string;
  keyRotationOf(cluster: string): KeyRotation | null;
  failoversOf(pair: string): readonly FailoverRecord[];
}

export function fleetService(options: FleetServiceOptions): ApiContext["fleet"] {
  const { feed, clock } = options;
  const since = new SinceBook();
  let cached: { version: number; snapshot: FleetSnapshot } | null = null;
  const snapshot = (): FleetSnapshot => {
    if (cached?.version !== feed.version) {
      const snapshot = since.stamped(buildSnapshot({ ...options, now: clock.nowMs() }));
      cached = { version: feed.version, snapshot };
    }
    return cached.snapshot;
  };
  return {
    snapshot,
    async *live(signal) {
      const everyMs = () => (hostCount(snapshot()) > largeHosts ? largeEveryMs : liveEveryMs);
      for await (const _ of feed.ticks(signal, everyMs)) yield snapshot();
    },
  };
}

function hostCount({ wlbs }: FleetSnapshot): number {
  return wlbs.reduce((sum, { hosts }) => sum + hosts.length, 0);
}
