/**
 * Membership of a pair after an event: which nodes are left, whether they have quorum, and who is fenced (FAILOVER 1,
 * "Split-brain"). Corosync decides this before Pacemaker's scheduler is asked, so both models of a what-if start here.
 */
import type { PairState, WhatIfEvent } from "./prediction.ts";
import type { MscsPolicy } from "./types.ts";

export interface Membership {
  /** Nodes that hear each other after the event and may decide; with a split, the side that wins the vote. */
  members: string[];
  hasQuorum: boolean;
  /** Nodes that fell out without a farewell: they are fenced before anything of theirs is taken over. */
  lost: string[];
  /** Of `lost`, those that are alive and cut off. */
  cutOff: string[];
  hasWitness: boolean;
}

/** The pair's votes are three with a witness (ffsplit), else two with Corosync's two_node rule. */
export function membershipAfter(policy: MscsPolicy, state: PairState, event: WhatIfEvent): Membership {
  const alive = state.nodes.filter((node) => node.state !== "down").map((node) => node.name);
  const hasWitness = policy.witness !== null && state.hasWitness && event.kind !== "witnessLoss";
  const cut = { hasWitness, cutOff: [] };
  if (event.kind === "nodeLoss" && alive.includes(event.node)) {
    const members = alive.filter((name) => name !== event.node);
    return { ...cut, members, hasQuorum: hasVotes(policy, members, hasWitness), lost: [event.node] };
  }
  if (event.kind === "nodeReturn" && !alive.includes(event.node)) {
    return { ...cut, ...returned(policy, event.node, { alive, hasWitness }) };
  }
  if (event.kind === "linkLoss" && alive.length === 2 && isLastLink(policy, state, event.network)) {
    return { hasWitness, ...split(policy, alive, { hasWitness, coordinator: state.coordinator ?? null }) };
  }
  return { ...cut, members: alive, hasQuorum: hasVotes(policy, alive, hasWitness), lost: [] };
}

/** True if heartbeats have no way left once this network is gone; a network without heartbeats never is the last. */
export function isLastLink(policy: MscsPolicy, state: PairState, network: string): boolean {
  const carries = (name: string) => policy.networks.some((item) => item.name === name && item.link !== null);
  return carries(network) && linksLeft(policy, [...state.deadNetworks, network]).length === 0;
}

/** Names of the networks that carry heartbeats and are not dead. */
export function linksLeft(policy: MscsPolicy, dead: readonly string[]): string[] {
  return policy.networks
    .filter((network) => network.link !== null && !dead.includes(network.name))
    .map((network) => network.name);
}

/**
 * Two of three with a witness. Without one in the policy a node that saw its peer leave goes on alone (two_node); with one
 * that is lost it does not.
 */
function hasVotes(policy: MscsPolicy, members: readonly string[], hasWitness: boolean): boolean {
  if (members.length === 0) return false;
  if (policy.witness === null) return true;
  return members.length + (hasWitness ? 1 : 0) >= 2;
}

/**
 * A node that starts beside a running one joins it. One that starts alone does not know what its peer does: with a
 * witness it may form the pair, after fencing the unseen peer; without one it waits (wait_for_all).
 */
function returned(
  policy: MscsPolicy,
  node: string,
  { alive, hasWitness }: { alive: readonly string[]; hasWitness: boolean },
): Omit<Membership, "cutOff" | "hasWitness"> {
  const members = inOrder(policy, [...alive, node]);
  if (alive.length > 0) return { members, hasQuorum: hasVotes(policy, members, hasWitness), lost: [] };
  const unseen = policy.nodes.map((item) => item.node).filter((name) => name !== node);
  return { members, hasQuorum: hasWitness, lost: hasWitness ? unseen : [] };
}

/**
 * ffsplit gives its vote to the side with the lowest node ID. Without a witness it is a race, which the coordinator wins: it has only to
 * decide while the other one is still electing itself (ten of ten tries).
 */
function split(
  policy: MscsPolicy,
  alive: readonly string[],
  { hasWitness, coordinator }: { hasWitness: boolean; coordinator: string | null },
): Omit<Membership, "hasWitness"> {
  const isFirst = (name: string) => policy.witness === null && name === coordinator;
  const [winner, ...others] = inOrder(policy, alive).toSorted(
    (a, b) => Number(isFirst(b)) - Number(isFirst(a)),
  );
  const members = winner === undefined ? [] : [winner];
  const hasQuorum = hasVotes(policy, members, hasWitness);
  // Without quorum on either side nobody may fence, and each stops what it runs.
  return { members, hasQuorum, lost: others, cutOff: others };
}

function inOrder(policy: MscsPolicy, names: readonly string[]): string[] {
  return [...policy.nodes]
    .sort((a, b) => a.nodeId - b.nodeId)
    .map((node) => node.node)
    .filter((name) => names.includes(name));
}
