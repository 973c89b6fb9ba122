/** What each host is due of a rule: weights, priorities, probes and commands all count. */
import { expect, test } from "vitest";
import type { WlbsHost, WlbsRule } from "../states/wlbs-states.ts";
import { ruleCondition, ruleOnHosts, ruleShares } from "./rule-shares.ts";
import {
  sampleCluster,
  sampleHearing,
  sampleHost,
  sampleMember,
  sampleRule,
  sampleRuleView,
} from "./sample-cluster.ts";

const hosts = [sampleHost(1), sampleHost(2), sampleHost(3)];
const targets = (rule: WlbsRule, all: WlbsHost[] = hosts) =>
  ruleShares(sampleCluster(all, { rules: [rule] }), rule).map(({ target }) => target);
const with2 = (view: Parameters<typeof sampleRuleView>[0]) => [
  sampleHost(1),
  sampleHost(2, { rules: [sampleRuleView(view)] }),
  sampleHost(3),
];

test("equal load is exact, and the lower ID takes the odd bucket", () => {
  expect(targets(sampleRule())).toEqual([1366, 1365, 1365]);
});

test("weights count", () => {
  const weights = [1, 2, 3].map((hostId) => ({ hostId, weight: hostId === 2 ? 100 : 50 }));
  expect(targets(sampleRule({ weights }))).toEqual([1024, 2048, 1024]);
});

test("single mode: the best priority takes all, the next one when it leaves", () => {
  const priorities = [1, 2, 3].map((hostId) => ({ hostId, priority: 4 - hostId }));
  const rule = sampleRule({ mode: "single", priorities });
  expect(targets(rule)).toEqual([0, 0, 4096]);
  expect(targets(rule, [sampleHost(1), sampleHost(2), sampleHost(3, { state: "draining" })])).toEqual([
    0, 4096, 0,
  ]);
});

test.each([{ state: "draining" }, { state: "disabled" }, { health: "failing" }] as const)(
  "a host where the rule is %j has no target",
  (view) => {
    expect(targets(sampleRule(), with2(view))).toEqual([2048, 0, 2048]);
  },
);

test("a probe that fails everywhere takes nobody out when the rule says to serve", () => {
  const failing = [1, 2, 3].map((id) => sampleHost(id, { rules: [sampleRuleView({ health: "failing" })] }));
  const probe = {
    check: { kind: "tcp", port: 80 } as const,
    periodMs: 1000,
    timeoutMs: 500,
    rise: 2,
    fall: 3,
    whenAllFail: "serve" as const,
  };
  expect(targets(sampleRule({ probe }), failing)).toEqual([1366, 1365, 1365]);
  expect(targets(sampleRule({ probe: { ...probe, whenAllFail: "stop" } }), failing)).toEqual([0, 0, 0]);
});

test("a lost host has no target", () => {
  const lost = { ...sampleHost(2), online: false };
  const survivor = sampleHost(1, { members: [sampleMember(1)] });
  expect(targets(sampleRule(), [survivor, lost])).toEqual([4096, 0]);
});

test("a converging host that nobody hears has no target yet", () => {
  const cut = sampleHost(2, { state: "converging" });
  const cluster = sampleCluster([sampleHost(1), cut], { heartbeats: sampleHearing([1, 2], ["1<2", "2<1"]) });
  expect(ruleShares(cluster, sampleRule()).map(({ target }) => target)).toEqual([4096, 0]);
});

test("a silent host is never shown as enabled", () => {
  const silent = { ...sampleHost(2), online: false };
  expect(ruleOnHosts(sampleCluster([silent]), sampleRule())[0]?.condition.role).toBe("unknown");
});

test("a failing probe says its last word", () => {
  const view = sampleRuleView({ health: "failing", healthText: "connection refused" });
  expect(ruleCondition(sampleHost(1), sampleRule(), view)).toMatchObject({
    role: "warn",
    why: "connection refused",
  });
});
