/**
 * Port rules against a naive model: for any random set of rules, a plan comes into being exactly if, judged port by port and
 * host by host, no packet meets two rules and somebody takes it. And what the planner makes names every host.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Protocol } from "../wlbs/index.ts";
import { planFleet } from "./index.ts";
import { sampleIntent, sampleInventory, sampleRuleIntent } from "./sample.ts";
import type { RuleIntent } from "./types.ts";

const vips = ["10.77.0.100", "10.77.0.101"];
const nodes = ["web-1", "web-2", "web-3"];
/** Ports 0 to 11 only, so that rules meet often. */
const portsMax = 11;

const perHost = (min: number, max: number) =>
  fc.option(fc.dictionary(fc.constantFrom(...nodes), fc.integer({ min, max }), { maxKeys: 3 }), { freq: 2 });

const rule = fc
  .record({
    vip: fc.option(fc.constantFrom(...vips)),
    ports: fc.tuple(fc.nat(portsMax), fc.nat(portsMax)),
    protocol: fc.constantFrom<Protocol>("tcp", "udp", "both"),
    mode: fc.constantFrom("multiple" as const, "multiple" as const, "single" as const, "disabled" as const),
    affinity: fc.constantFrom("none" as const, "single" as const, "network" as const),
    affinityTimeoutMin: fc.constantFrom(0, 0, 0, 20),
    weights: perHost(0, 1),
    priorities: perHost(1, 3),
  })
  .map(({ ports: [a, b], ...rest }) =>
    sampleRuleIntent({ ...rest, startPort: Math.min(a, b), endPort: Math.max(a, b) }),
  );

/** The plain definition, not the guard's own helpers. */
function isSound(rules: readonly RuleIntent[]): boolean {
  for (const vip of vips)
    for (const protocol of ["tcp", "udp"])
      for (let port = 0; port <= portsMax; port++) {
        const met = rules.filter(
          (item) =>
            (item.vip === null || item.vip === vip) &&
            (item.protocol === "both" || item.protocol === protocol) &&
            port >= item.startPort &&
            port <= item.endPort,
        );
        if (met.length > 1) return false;
      }
  return rules.every((item) => {
    const takes = nodes.some((node) => (item.weights?.[node] ?? 50) > 0);
    const order = nodes.map((node) => item.priorities?.[node]);
    const isOrdered = item.priorities === null || (!order.includes(undefined) && new Set(order).size === 3);
    if (item.affinityTimeoutMin > 0 && (item.mode !== "multiple" || item.affinity === "none")) return false;
    return item.mode === "multiple" ? takes : item.mode === "disabled" || isOrdered;
  });
}

it("plans exactly what is sound, and names every host in every rule", () => {
  const seen = { planned: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), (rules) => {
      const intent = sampleIntent();
      const web = intent.wlbs.web ?? expect.fail("web");
      web.vips = vips.map((vip) => `${vip}/24`);
      web.rules = Object.fromEntries(rules.map((item, index) => [`r-${index}`, item]));
      const { plan, refusals } = planFleet({ intent, inventory: sampleInventory(), parent: null });
      expect(plan !== null, JSON.stringify(refusals)).toBe(isSound(rules));
      seen[plan === null ? "refused" : "planned"]++;
      const policy = plan?.policies["web-1"];
      if (policy?.service !== "wlbs") return;
      for (const item of policy.wlbs.rules) {
        expect(item.weights.map(({ hostId }) => hostId)).toEqual([1, 2, 3]);
        expect(item.priorities.map(({ hostId }) => hostId)).toEqual([1, 2, 3]);
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(seen.planned, seen.refused)).toBeGreaterThan(100);
});
