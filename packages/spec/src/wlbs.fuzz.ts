/** What `formatFleet` writes, `parseFleet` reads as the same intent: for any cluster within the ranges of the file. */
import type { RuleIntent, WlbsIntent } from "@bulkhead/core/plan";
import type { Probe } from "@bulkhead/core/wlbs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatFleet, heartbeatPresets, parseFleet } from "./index.ts";

const port = fc.integer({ min: 1, max: 65_535 });
const printable = fc.string({ minLength: 1, maxLength: 12 });
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const byHost = (min: number, max: number) =>
  fc.option(fc.dictionary(word, fc.integer({ min, max }), { maxKeys: 3 }));

const check: fc.Arbitrary<Probe["check"]> = fc.oneof(
  fc.record({ kind: fc.constant("tcp" as const), port }),
  fc.record({
    kind: fc.constant("http" as const),
    port,
    path: word.map((text) => `/${text}`),
    host: fc.option(word),
    statusMin: fc.constantFrom(100, 200, 204),
    statusMax: fc.constantFrom(204, 399, 599),
    bodyContains: fc.option(printable),
  }),
  fc.record({
    kind: fc.constant("script" as const),
    command: word.map((text) => `/bin/${text}`),
    args: fc.array(printable, { maxLength: 3 }),
  }),
);

const probe: fc.Arbitrary<Probe> = fc
  .record({
    check,
    periodMs: fc.constantFrom(100, 500, 1000, 60_000),
    timeoutMs: fc.constantFrom(50, 100, 500, 1000),
    rise: fc.integer({ min: 1, max: 10 }),
    fall: fc.integer({ min: 1, max: 10 }),
    whenAllFail: fc.constantFrom("serve" as const, "stop" as const),
  })
  .map((value) => ({ ...value, timeoutMs: Math.min(value.timeoutMs, value.periodMs) }));

const rule: fc.Arbitrary<RuleIntent> = fc
  .record({
    vip: fc.constantFrom(null, "10.77.0.100", "fd77::100"),
    ports: fc.tuple(fc.nat(65_535), fc.nat(65_535)),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "both" as const),
    mode: fc.constantFrom("multiple" as const, "single" as const, "disabled" as const),
    affinity: fc.constantFrom("none" as const, "single" as const, "network" as const),
    affinityTimeoutMin: fc.nat(240),
    weights: byHost(0, 100),
    priorities: byHost(1, 32),
    probe: fc.option(probe),
  })
  .map(({ ports: [a, b], ...rest }) => ({ ...rest, startPort: Math.min(a, b), endPort: Math.max(a, b) }));

const host = fc.record({
  id: fc.integer({ min: 1, max: 32 }),
  interface: word,
  dedicatedIp: fc.nat(253).map((byte) => `10.77.0.${byte + 1}/24`),
  initialState: fc.constantFrom("started" as const, "stopped" as const, "suspended" as const),
  retainSuspended: fc.boolean(),
});

const cluster: fc.Arbitrary<WlbsIntent> = fc.record({
  vips: fc.constantFrom(["10.77.0.100/24"], ["fd77::100/64", "10.77.0.100/24"]),
  mode: fc.constantFrom("unicast" as const, "multicast" as const, "igmp" as const, "direct" as const),
  clusterMac: fc.constantFrom(null, "02:bf:0a:4d:00:64"),
  internetName: fc.constantFrom(null, "www.example.com"),
  heartbeat: fc.oneof(
    fc.constantFrom(...Object.values(heartbeatPresets)),
    fc.record({
      periodMs: fc.integer({ min: 50, max: 10_000 }),
      tolerance: fc.integer({ min: 3, max: 100 }),
    }),
  ),
  partition: fc.constantFrom("serve" as const, "majority" as const),
  filterIcmp: fc.boolean(),
  hosts: fc.dictionary(word, host, { maxKeys: 4 }),
  rules: fc.dictionary(word, rule, { maxKeys: 6 }),
});

it("reads what it writes", () => {
  fc.assert(
    fc.property(cluster, (web) => {
      const intent = { wlbs: { web }, mscs: {} };
      const text = formatFleet(intent);
      const result = parseFleet(text);
      expect(result, text).toEqual({ ok: true, intent: structuredClone(intent) });
    }),
    { numRuns: 500 },
  );
});
