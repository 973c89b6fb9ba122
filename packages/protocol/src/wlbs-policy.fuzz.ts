/** Any policy within the ranges of the fleet file comes through a bundle as it was. */
import { canonicalJson } from "@bulkhead/core/fleet";
import { type PortRule, samplePolicy, sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseBundlePayload } from "./parse.ts";
import { samplePayload } from "./samples.ts";

const port = fc.nat(65_535);
const periodMs = fc.integer({ min: 100, max: 60_000 });
const timing = fc.record({
  periodMs,
  timeoutMs: fc.integer({ min: 50, max: 60_000 }),
  rise: fc.integer({ min: 1, max: 10 }),
  fall: fc.integer({ min: 1, max: 10 }),
  whenAllFail: fc.constantFrom("serve" as const, "stop" as const),
});
const check = fc.oneof(
  fc.record({ kind: fc.constant("tcp" as const), port }),
  fc.record({
    kind: fc.constant("http" as const),
    port,
    path: fc.string({ maxLength: 40 }).map((text) => `/${text}`),
    host: fc.option(fc.domain()),
    statusMin: fc.integer({ min: 100, max: 599 }),
    statusMax: fc.integer({ min: 100, max: 599 }),
    bodyContains: fc.option(fc.string({ minLength: 1, maxLength: 40 })),
  }),
  fc.record({
    kind: fc.constant("script" as const),
    command: fc.string({ maxLength: 40 }).map((text) => `/${text}`),
    args: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
  }),
);

const rule = (hosts: number): fc.Arbitrary<PortRule> =>
  fc.record({
    ...sampled(sampleRule(hosts)),
    vip: fc.option(fc.constantFrom("192.0.2.100", "2001:db8::100")),
    startPort: port,
    endPort: port,
    protocol: fc.constantFrom("tcp", "udp", "both"),
    mode: fc.constantFrom("multiple", "single", "disabled"),
    affinity: fc.constantFrom("none", "single", "network"),
    affinityTimeoutMin: fc.nat(240),
    probe: fc.option(fc.tuple(timing, check).map(([when, what]) => ({ ...when, check: what }))),
  });

const policy: fc.Arbitrary<WlbsPolicy> = fc.integer({ min: 1, max: 32 }).chain((hosts) =>
  fc.record({
    ...sampled(samplePolicy(hosts)),
    internetName: fc.option(fc.domain()),
    mode: fc.constantFrom("unicast", "multicast", "igmp", "direct"),
    clusterMac: fc.constantFrom(null, "02:bf:c0:00:02:64"),
    heartbeat: fc.record({
      periodMs: fc.integer({ min: 50, max: 10_000 }),
      tolerance: fc.integer({ min: 3, max: 100 }),
    }),
    partition: fc.constantFrom("serve", "majority"),
    filterIcmp: fc.boolean(),
    rules: fc.array(rule(hosts), { maxLength: 32 }),
    hashSeed: fc.nat(0xffff_ffff),
  }),
);

/** The sample's own values, for what a test does not vary. */
function sampled<T extends object>(value: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fc.constant(item)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}

it("comes through", () => {
  fc.assert(
    fc.property(policy, (wlbs) => {
      const payload = samplePayload({ service: "wlbs", wlbs, wall: { vips: [], mscsAddresses: [] } });
      expect(parseBundlePayload(canonicalJson(payload))).toEqual({ ok: true, value: payload });
    }),
    { numRuns: 300 },
  );
});
