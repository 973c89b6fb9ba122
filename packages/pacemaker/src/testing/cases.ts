/** Random pairs, states and events for the agreement of the two models: the same seed gives the same case. */
import {
  type MscsGroup,
  type MscsPolicy,
  type MscsResource,
  mayOwn,
  type PairState,
  type RestartAction,
  sampleCommon,
  sampleGroup,
  samplePair,
  type WhatIfEvent,
} from "@bulkhead/core/mscs";

export interface Case {
  policy: MscsPolicy;
  state: PairState;
  event: WhatIfEvent;
}

/** A generator of numbers from a seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("Nothing to pick from");
    return item;
  }
}

const nodes = ["db-1", "db-2"] as const;

export function makeCase(seed: number): Case {
  const dice = new Dice(seed * 7919 + 17);
  const policy = makePolicy(dice);
  const state = makeState(dice, policy);
  const event = makeEvent(dice, policy, state);
  const hardFailures = makeHardFailures(new Dice(seed * 104_729 + 5), policy, state);
  return { policy, state: { ...withoutSecondFailure(policy, state, event), hardFailures }, event };
}

/**
 * One resource that is left failed, and another one that sends the group away: Pacemaker then runs parts of it on both nodes,
 * which nobody can foretell and nobody should rely on.
 */
function withoutSecondFailure(policy: MscsPolicy, state: PairState, event: WhatIfEvent): PairState {
  if (event.kind !== "resourceFailure") return state;
  const left = policy.groups
    .filter(({ name }) => name === event.group)
    .flatMap(({ name, resources }) =>
      resources.flatMap((item) => (item.restart.action === "none" ? [`${name}/${item.name}`] : [])),
    );
  return { ...state, failCounts: state.failCounts.filter(({ resource }) => !left.includes(resource)) };
}

function makePolicy(dice: Dice): MscsPolicy {
  const names = ["sql", "mq", "web", "files"].slice(0, 1 + dice.below(4));
  const pair = samplePair({ groups: names.map((name, index) => makeGroup(dice, name, index)) });
  const twoLinks = dice.chance(0.6);
  return {
    ...pair,
    witness: dice.chance(0.85) ? pair.witness : null,
    fencing: dice.chance(0.85) ? pair.fencing : null,
    networks: [
      { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
      ...(twoLinks
        ? [{ name: "private", subnet: "10.78.0.0/24", role: "internal" as const, link: 1 as const }]
        : []),
      { name: "clients", subnet: "10.79.0.0/24", role: "client", link: null },
    ],
  };
}

function makeGroup(dice: Dice, name: string, index: number): MscsGroup {
  const preferredOwners = dice.pick([[], ["db-1"], ["db-2"], ["db-1", "db-2"], ["db-2", "db-1"]]);
  const allow = preferredOwners.length > 0 && dice.chance(0.4);
  const window = dice.pick<[number, number] | null>([null, [2, 5], [22, 4], [3, 3]]);
  const owners = dice.chance(0.15) ? [dice.pick(nodes)] : [];
  return sampleGroup({
    name,
    preferredOwners,
    failback: { allow, windowHours: allow ? window : null },
    failover: { threshold: 1 + dice.below(3), periodHours: 6 },
    priority: dice.pick(["high", "medium", "medium", "low", "noAutoStart"]),
    antiAffinity: dice.chance(0.4) ? ["apart"] : [],
    resources: makeResources(dice, index, owners),
  });
}

function makeResources(dice: Dice, group: number, possibleOwners: readonly string[]): MscsResource[] {
  const names = ["disk", "ip", "app", "name", "share"].slice(0, 1 + dice.below(5));
  return names.map((name, index): MscsResource => {
    const dependsOn = names.slice(0, index).filter(() => dice.chance(0.5));
    const action: RestartAction = dice.pick(["failover", "failover", "failover", "restart", "none"]);
    return {
      ...sampleCommon(name, dependsOn),
      possibleOwners: index === 0 ? [...possibleOwners] : [],
      restart: { action, threshold: dice.below(4), periodS: 900, delayMs: 500 },
      type: "ipAddress",
      address: `10.77.${group}.${100 + index}`,
      prefixLength: 24,
      interface: "eth0",
    };
  });
}

function makeState(dice: Dice, policy: MscsPolicy): PairState {
  const states = dice.pick<[PairState["nodes"][number]["state"], PairState["nodes"][number]["state"]]>([
    ["up", "up"],
    ["up", "up"],
    ["up", "up"],
    ["up", "down"],
    ["down", "up"],
    ["paused", "up"],
    ["up", "paused"],
    ["down", "down"],
  ]);
  const up = nodes.filter((_, index) => states[index] !== "down");
  const hasWitness = policy.witness !== null && (up.length < 2 || dice.chance(0.9));
  const orderedOffline = policy.groups.flatMap((group) => {
    if (dice.chance(0.1)) return [group.name];
    return dice.chance(0.1) ? [`${group.name}/${dice.pick(group.resources).name}`] : [];
  });
  const owners = Object.fromEntries(
    policy.groups.map((group) => [group.name, makeOwner(dice, { policy, group, up, orderedOffline })]),
  );
  return {
    nodes: nodes.map((name, index) => ({ name, state: states[index] ?? "up" })),
    hasWitness,
    owners,
    failCounts: policy.groups.flatMap((group) =>
      makeFailCounts(dice, group, { up, owner: owners[group.name] ?? null }),
    ),
    orderedOffline,
    deadNetworks: dice.chance(0.1) ? ["private"] : [],
    hour: dice.pick([1, 3, 4, 12, 22, 23]),
    failovers: {},
    isMaintenance: false,
    brokenFencing: [],
  };
}

interface OwnerInput {
  policy: MscsPolicy;
  group: MscsGroup;
  up: readonly string[];
  orderedOffline: readonly string[];
}

function makeOwner(dice: Dice, { policy, group, up, orderedOffline }: OwnerInput): string | null {
  const possible = up.filter((node) => mayOwn(policy, group, node));
  if (possible.length === 0 || orderedOffline.includes(group.name) || dice.chance(0.1)) return null;
  return dice.pick(possible);
}

/** Fewer failures than would have moved it on its owner; any number where it was before. */
function makeFailCounts(
  dice: Dice,
  group: MscsGroup,
  { up, owner }: { up: readonly string[]; owner: string | null },
): PairState["failCounts"] {
  return group.resources.flatMap((resource) => {
    if (!dice.chance(0.2) || up.length === 0) return [];
    // One that is left as it is fails once, and holds its group where it failed.
    if (resource.restart.action === "none")
      return owner === null ? [] : [{ node: owner, resource: `${group.name}/${resource.name}`, count: 1 }];
    const node = dice.pick(up);
    const most = node === owner ? resource.restart.threshold : resource.restart.threshold + 1;
    const count = dice.below(most + 1);
    return count === 0 ? [] : [{ node, resource: `${group.name}/${resource.name}`, count }];
  });
}

/** Starts that were refused where the group is not: there it would have left. What is left as it failed holds its group. */
function makeHardFailures(
  dice: Dice,
  policy: MscsPolicy,
  state: PairState,
): NonNullable<PairState["hardFailures"]> {
  const up = state.nodes.filter((node) => node.state !== "down").map((node) => node.name);
  return policy.groups.flatMap((group) =>
    group.resources.flatMap(({ name, restart }) => {
      const others = up.filter((node) => node !== state.owners[group.name]);
      if (restart.action === "none" || others.length === 0 || !dice.chance(0.12)) return [];
      const resource = `${group.name}/${name}`;
      return [{ node: dice.pick(others), resource, isEverywhere: dice.chance(0.2) }];
    }),
  );
}

function makeEvent(dice: Dice, policy: MscsPolicy, state: PairState): WhatIfEvent {
  const group = dice.pick(policy.groups);
  return dice.pick<() => WhatIfEvent>([
    () => ({ kind: "nodeLoss", node: dice.pick(nodes) }),
    () => ({ kind: "nodeLoss", node: dice.pick(nodes) }),
    () => ({
      kind: "nodeReturn",
      node: state.nodes.find((node) => node.state === "down")?.name ?? dice.pick(nodes),
    }),
    () => ({ kind: "nodePause", node: dice.pick(nodes), mode: dice.pick(["keep", "drain"]) }),
    () => ({
      kind: "resourceFailure",
      group: group.name,
      resource: dice.pick(group.resources).name,
      times: 1 + dice.below(4),
    }),
    () => ({
      kind: "resourceFailure",
      group: group.name,
      resource: dice.pick(group.resources).name,
      times: 1 + dice.below(4),
    }),
    () => ({ kind: "linkLoss", network: dice.pick(policy.networks).name }),
    () => ({ kind: "witnessLoss" }),
    () => ({ kind: "move", group: group.name, to: dice.pick(nodes) }),
    () => ({ kind: "policy", policy: changedPolicy(dice, policy) }),
  ])();
}

/** The same pair with one change, as an admin makes it. */
function changedPolicy(dice: Dice, policy: MscsPolicy): MscsPolicy {
  const [first, ...others] = policy.groups;
  const added = makeGroup(dice, "added", 8);
  return dice.pick([
    { ...policy, groups: [...policy.groups, added] },
    { ...policy, groups: others.length > 0 ? others : policy.groups },
    { ...policy, groups: first === undefined ? [] : [{ ...first, preferredOwners: ["db-2"] }, ...others] },
  ]);
}
