/** Policies by chance, and small changes to them: what an admin might apply to a cluster that runs. */
import type { Affinity, FilteringMode, PortRule, Probe, WlbsPolicy } from "@bulkhead/core/wlbs";
import { labPolicy, labRule } from "../lab-policy.ts";
import type { Random } from "../random.ts";

const HEARTBEATS = [
  { periodMs: 100, tolerance: 3 },
  { periodMs: 200, tolerance: 4 },
  { periodMs: 200, tolerance: 5 },
  { periodMs: 50, tolerance: 5 },
] as const;

const SECOND_VIP = { address: "10.77.0.200", prefixLength: 24 };

function makeProbe(random: Random): Probe {
  return {
    check: { kind: "tcp", port: 80 },
    periodMs: 1000,
    timeoutMs: 500,
    rise: 2,
    fall: 3,
    whenAllFail: random.pick(["serve", "stop"]),
  };
}

function makeWeights(hosts: number, random: Random): PortRule["weights"] {
  const weight = () => (random.chance(0.15) ? 0 : random.between(1, 100));
  return Array.from({ length: hosts }, (_, i) => ({ hostId: i + 1, weight: weight() }));
}

function makePriorities(hosts: number, random: Random): PortRule["priorities"] {
  const free = Array.from({ length: hosts }, (_, i) => i + 1);
  return Array.from({ length: hosts }, (_, i) => {
    const priority = free.splice(random.between(0, free.length - 1), 1)[0] ?? 32;
    return { hostId: i + 1, priority };
  });
}

/** A rule on ports `100 n` .. `100 n + 9`, so that rules never overlap. */
export function makeRule(hosts: number, n: number, random: Random): PortRule {
  const modes: FilteringMode[] = ["multiple", "multiple", "multiple", "single", "disabled"];
  const affinities: Affinity[] = ["none", "single", "network"];
  const affinity = random.pick(affinities);
  const isSticky = affinity !== "none" && random.chance(0.3);
  return labRule(hosts, {
    name: `rule-${n}`,
    startPort: 100 * n,
    endPort: 100 * n + 9,
    mode: random.pick(modes),
    affinity,
    affinityTimeoutMin: isSticky ? 1 : 0,
    ...(random.chance(0.5) ? { weights: makeWeights(hosts, random) } : {}),
    priorities: makePriorities(hosts, random),
    probe: random.chance(0.4) ? makeProbe(random) : null,
  });
}

/** A cluster of this size with one to four rules. */
export function makePolicy(hosts: number, random: Random): WlbsPolicy {
  const count = random.between(1, 4);
  return labPolicy(hosts, {
    heartbeat: random.pick(HEARTBEATS),
    partition: random.pick(["serve", "majority"]),
    filterIcmp: random.chance(0.3),
    hashSeed: random.between(0, 2 ** 32 - 1),
    rules: Array.from({ length: count }, (_, i) => makeRule(hosts, i + 1, random)),
  });
}

export interface PolicyChange {
  /** For the story. */
  what: string;
  policy: WlbsPolicy;
  /** Ports whose connections the change closes everywhere, by first port of the rule. */
  closes: number[];
}

/** `next` is a rule number that was never used in this world. */
export function changePolicy(policy: WlbsPolicy, next: number, random: Random): PolicyChange {
  const hosts = policy.hosts.length;
  const rule = random.pick(policy.rules);
  const others = policy.rules.filter((one) => one !== rule);
  const with_ = (change: Partial<PortRule>): WlbsPolicy => ({
    ...policy,
    rules: policy.rules.map((one) => (one === rule ? { ...one, ...change } : one)),
  });
  const changes: (() => PolicyChange)[] = [
    () => ({
      what: `weights of ${rule.name}`,
      policy: with_({ weights: makeWeights(hosts, random) }),
      closes: [],
    }),
    () => ({
      what: `priorities of ${rule.name}`,
      policy: with_({ priorities: makePriorities(hosts, random) }),
      closes: [],
    }),
    () => ({
      what: "hash seed",
      policy: { ...policy, hashSeed: random.between(0, 2 ** 32 - 1) },
      closes: [],
    }),
    () => addRule(policy, makeRule(hosts, next, random)),
    () => changeMode(policy, rule, random),
    () => ({
      what: `affinity of ${rule.name}`,
      policy: with_({ affinity: random.pick(["none", "single"]), affinityTimeoutMin: 0 }),
      closes: [],
    }),
    () => ({
      what: `probe of ${rule.name}`,
      policy: with_({ probe: rule.probe ? null : makeProbe(random) }),
      closes: [],
    }),
    () =>
      others.length === 0
        ? addVip(policy)
        : { what: `without ${rule.name}`, policy: { ...policy, rules: others }, closes: [] },
    () => addVip(policy),
  ];
  return random.pick(changes)();
}

function addRule(policy: WlbsPolicy, rule: PortRule): PolicyChange {
  const closes = rule.mode === "disabled" ? [rule.startPort] : [];
  return {
    what: `a further rule, ${rule.mode}`,
    policy: { ...policy, rules: [...policy.rules, rule] },
    closes,
  };
}

function changeMode(policy: WlbsPolicy, rule: PortRule, random: Random): PolicyChange {
  const mode = random.pick(["multiple", "single", "disabled"] as const);
  const rules = policy.rules.map((one) => (one === rule ? { ...one, mode } : one));
  return {
    what: `${rule.name} is ${mode}`,
    policy: { ...policy, rules },
    closes: mode === "disabled" ? [rule.startPort] : [],
  };
}

/** Adds the second virtual IP when it is missing. */
function addVip(policy: WlbsPolicy): PolicyChange {
  const [first] = policy.vips;
  const vips = first && policy.vips.length === 1 ? [first, SECOND_VIP] : policy.vips;
  return { what: "a second virtual IP", policy: { ...policy, vips }, closes: [] };
}
