/** What the page believes: fresh pictures, honest ages, the history of traffic. */
import type { FleetSnapshot } from "@bulkhead/api";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../mscs/sample-pair.ts";
import { sampleCluster, sampleHost } from "../wlbs/sample-cluster.ts";
import { honest, pairSilentAfterMs } from "./honest.ts";
import { broken, emptyLive, historyMs, received } from "./live-store.ts";

const at = 1_000_000;

function picture(patch: Partial<FleetSnapshot> = {}): FleetSnapshot {
  const host = { ...sampleHost(1), statusAt: at, rates: { acceptedPacketsPerS: 40, acceptedBytesPerS: 1 } };
  return {
    at,
    fleetName: "lab",
    nodes: [],
    wlbs: [sampleCluster([host])],
    mscs: [],
    violations: [],
    ...patch,
  };
}

test("a host whose last report is old is offline, whatever its link says", () => {
  expect(honest(picture({ at: at + 4_000 })).wlbs[0]?.hosts[0]?.online).toBe(true);
  expect(honest(picture({ at: at + 4_001 })).wlbs[0]?.hosts[0]?.online).toBe(false);
});

test("a pair whose last report is old has no owners and no states, whatever it said", () => {
  const pair = samplePairSnapshot({ viewAt: at });
  const seen = (now: number) => honest(picture({ at: now, mscs: [pair] })).mscs[0]?.view;
  expect(seen(at + pairSilentAfterMs)?.groups[0]?.owner).toBe("db-1");
  expect(seen(at + pairSilentAfterMs + 1)).toMatchObject({ groups: [{ owner: null, state: "unknown" }] });
  expect(seen(at + pairSilentAfterMs + 1)?.engineBlind).toContain("nothing is known");
});

test("a broken link keeps the picture and the moment when it was last right", () => {
  const live = received(emptyLive, picture(), 5_000);
  const lost = broken(live, null);
  expect(lost).toMatchObject({ link: "broken", goodAt: 5_000, snapshot: live.snapshot });
  expect(broken(emptyLive, null).link).toBe("connecting");
  expect(received(lost, picture(), 13_000).link).toBe("live");
});

test("traffic is sampled about once a second and forgotten after 15 minutes", () => {
  let state = emptyLive;
  for (const now of [0, 250, 1_000, 2_000]) state = received(state, picture(), now);
  expect(state.traffic["web"]?.map((sample) => sample.at)).toEqual([0, 1_000, 2_000]);
  state = received(state, picture(), historyMs + 1_500);
  expect(state.traffic["web"]?.map((sample) => sample.at)).toEqual([2_000, historyMs + 1_500]);
});
