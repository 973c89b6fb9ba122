/** A host without news is unknown, never zero; sums are over those that report. */
import { expect, test } from "vitest";
import type { WlbsHostStatus } from "../states/wlbs-states.ts";
import { hostRows, rejectedRows, ruleRows, vipRows } from "./counters-model.ts";
import { sampleCluster, sampleHost } from "./sample-cluster.ts";

const flow = (n: number) => ({
  acceptedPackets: n,
  acceptedBytes: 10 * n,
  drainedPackets: 0,
  drainedBytes: 0,
  foreignPackets: 2 * n,
  foreignBytes: 0,
});

function traffic(n: number): WlbsHostStatus["traffic"] {
  const base = sampleHost(1).status?.traffic;
  if (!base) throw new Error("the sample host reports no traffic");
  return { ...base, rules: [{ name: "http", ...flow(n) }], vips: [{ address: "10.77.0.100", ...flow(n) }] };
}

const silent = {
  ...sampleHost(3, { traffic: traffic(100), rejectedBeats: { "wrong-key": 9 } }),
  online: false,
};
const cluster = sampleCluster([
  sampleHost(1, { traffic: traffic(1), rejectedBeats: { "wrong-key": 2, replayed: 5, torn: 0 } }),
  sampleHost(2, { traffic: traffic(2) }),
  silent,
]);

test("rules and virtual IPs are summed over the hosts that report", () => {
  expect(ruleRows(cluster)).toMatchObject([
    { name: "http", acceptedPackets: 3, acceptedBytes: 30, foreignPackets: 6 },
  ]);
  expect(vipRows(cluster)).toMatchObject([{ name: "10.77.0.100", acceptedPackets: 3 }]);
});

test("a silent host has no counters", () => {
  expect(hostRows(cluster).map((row) => row.traffic === null)).toEqual([false, false, true]);
});

test("dropped heartbeats: most first, none that did not happen", () => {
  expect(rejectedRows(cluster).map(({ node, reason, beats }) => `${node} ${reason} ${beats}`)).toEqual([
    "web-1 replayed 5",
    "web-1 wrong-key 2",
  ]);
});
