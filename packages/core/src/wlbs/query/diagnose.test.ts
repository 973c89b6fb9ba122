import { expect, test } from "vitest";
import type { WlbsPolicy } from "../types.ts";
import { diagnose, type Evidence, type HeardHost } from "./diagnose.ts";

const policy: WlbsPolicy = {
  cluster: "web",
  internetName: null,
  vips: [{ address: "10.9.0.100", prefixLength: 24 }],
  mode: "multicast",
  clusterMac: "03:bf:0a:09:00:64",
  heartbeat: { periodMs: 100, tolerance: 3 },
  partition: "serve",
  filterIcmp: false,
  hosts: [1, 2, 3].map((hostId) => ({
    node: `web-${hostId}`,
    hostId,
    dedicatedIp: `10.9.0.${hostId}`,
    prefixLength: 24,
    interface: "eth0",
    initialState: "started",
    retainSuspended: true,
  })),
  rules: [],
  hashSeed: 1,
  heartbeatGroup: "239.255.0.100",
  heartbeatPort: 2504,
};

const digest = "0123456789abcdef";

function heard(hostId: number, change: Partial<HeardHost> = {}): HeardHost {
  const others = [1, 2, 3].filter((id) => id !== hostId);
  const seen = { hearsMe: true, policyDigest: digest, ruleCount: 0, isMember: true, hears: others };
  return { hostId, node: `web-${hostId}`, ...seen, sharesIdWith: null, ...change };
}

/** Host 1 of three, healthy for a minute. */
function healthy(change: Partial<Evidence> = {}): Evidence {
  return {
    now: 100_000,
    node: "web-1",
    hostId: 1,
    policy,
    policyDigest: digest,
    listenedMs: 60_000,
    detectMs: 300,
    heard: [heard(2), heard(3)],
    rejected: [],
    link: { up: true, mac: "02:00:00:00:00:01" },
    kernelFault: null,
    claims: [],
    probesHeardFrom: ["10.9.0.2", "10.9.0.3"],
    clashes: [],
    majorityMissing: null,
    ...change,
  };
}

test("a healthy host has no finding", () => {
  expect(diagnose(healthy())).toEqual([]);
});

const cases: [kind: string, change: Partial<Evidence>, ...words: string[]][] = [
  ["no-interface", { link: { up: false, mac: null } }, "eth0", "web-1"],
  ["media-disconnected", { link: { up: false, mac: "02:00:00:00:00:01" } }, "no link"],
  ["kernel-refuses", { kernelFault: "nft: Operation not permitted" }, "Operation not permitted"],
  ["alone", { heard: [] }, "only with itself", "web-2, web-3", "239.255.0.100", "2504", "querier"],
  [
    "wrong-key",
    { heard: [], rejected: [{ reason: "unknown-key", count: 9, from: "10.9.0.2" }] },
    "key",
    "10.9.0.2",
  ],
  ["forged-beats", { rejected: [{ reason: "bad-signature", count: 9, from: "10.9.0.66" }] }, "10.9.0.66"],
  ["version-mismatch", { rejected: [{ reason: "wrong-version", count: 9, from: "10.9.0.2" }] }, "version"],
  ["clock-skew", { heard: [], rejected: [{ reason: "stale", count: 9, from: "10.9.0.2" }] }, "NTP"],
  ["foreign-cluster", { rejected: [{ reason: "other-cluster", count: 9, from: "10.9.0.8" }] }, "10.9.0.8"],
  ["one-way", { heard: [heard(2, { hearsMe: false }), heard(3)] }, "web-2 does not hear web-1"],
  ["partial-mesh", { heard: [heard(2)] }, "web-1 does not hear web-3", "web-2"],
  ["duplicate-host-id", { heard: [heard(2, { sharesIdWith: "web-9" }), heard(3)] }, "Host ID 2", "web-9"],
  [
    "rule-count-mismatch",
    { heard: [heard(2, { policyDigest: "ff", ruleCount: 4 }), heard(3)] },
    "4 port rules",
  ],
  ["policy-differs", { heard: [heard(2, { policyDigest: "ff" }), heard(3)] }, "different"],
  ["unnamed-host", { heard: [heard(2, { node: "web-7" }), heard(3)] }, "web-7"],
  ["cluster-mac-blocked", { probesHeardFrom: ["10.9.0.2"] }, "web-3", "03:bf:0a:09:00:64"],
  ["duplicate-vip", { claims: [{ vip: "10.9.0.100", mac: "52:54:00:00:00:01" }] }, "52:54:00:00:00:01"],
  ["no-majority", { majorityMissing: ["web-2", "web-3"] }, "no majority", "web-2, web-3"],
  [
    "two-coordinators",
    {
      clashes: [
        {
          node: "web-3",
          at: 99_000,
          mine: { epoch: "4.1", members: [1, 2] },
          theirs: { epoch: "3.3", members: [3] },
        },
      ],
    },
    "4.1",
    "3.3",
  ],
];

test.each(cases)("%s has its own name, evidence and cure", (kind, change, ...words) => {
  const found = diagnose(healthy(change));
  expect(found.map((finding) => finding.kind)).toEqual([kind]);
  const text = [found[0]?.text, found[0]?.cure, ...(found[0]?.evidence ?? [])].join(" ");
  for (const word of words) expect(text).toContain(word);
  expect(found[0]?.cure).toMatch(/\.$/);
});

test("a host that has just begun to listen is not called alone", () => {
  expect(diagnose(healthy({ heard: [], listenedMs: 400 }))).toEqual([]);
});

test("in direct mode nobody asks for frames to a cluster MAC", () => {
  expect(diagnose(healthy({ probesHeardFrom: null }))).toEqual([]);
});

test("a cluster of one host is not alone", () => {
  const one = { ...policy, hosts: policy.hosts.slice(0, 1) };
  expect(diagnose(healthy({ policy: one, heard: [], probesHeardFrom: [] }))).toEqual([]);
});
