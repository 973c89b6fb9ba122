/** One MSCS pair of the snapshot: its policy joined with the best view that one of its nodes has of the engine. */
import type { MscsSnapshot } from "@bulkhead/api";
import type { ClusterView, MscsPolicy } from "@bulkhead/core/mscs";
import type { LiveFleet } from "./live-fleet.ts";
import { durationText, whyText } from "./words.ts";

interface Witnessed {
  view: ClusterView;
  at: number;
  from: string;
  fresh: boolean;
}

export function mscsView(policy: MscsPolicy, live: LiveFleet, now: number): MscsSnapshot {
  const best = bestView(policy, live, now);
  const witness = policy.witness;
  return {
    name: policy.cluster,
    nodes: policy.nodes.map(({ node, address }) => ({ name: node, address, online: isOnline(live, node) })),
    witness: witness === null ? null : { ...witness, online: isOnline(live, witness.node) },
    networks: policy.networks,
    groups: policy.groups,
    view: best?.view ?? null,
    viewAt: best?.at ?? null,
    viewFrom: best?.from ?? null,
    protection: { isProtected: policy.witness !== null && policy.fencing !== null, why: [] },
    drift: [],
    acts: [],
    failovers: [],
    why: whyText([presenceCause(policy, live, now), best ? viewCause(best, now) : noViewCause(policy)]),
  };
}

function isOnline(live: LiveFleet, node: string): boolean {
  return live.get(node)?.online ?? false;
}

/** A node that is cut off sees the pair wrongly: quorum counts first, then sight, then freshness. */
function bestView(policy: MscsPolicy, live: LiveFleet, now: number): Witnessed | null {
  const views = policy.nodes.flatMap(({ node }): Witnessed[] => {
    const entry = live.get(node);
    if (entry?.status?.service !== "mscs" || entry.statusAt === null) return [];
    if (entry.status.mscs.cluster !== policy.cluster) return [];
    return [
      { view: entry.status.mscs.view, at: entry.statusAt, from: node, fresh: live.isFresh(entry, now) },
    ];
  });
  const rank = ({ view, fresh }: Witnessed) =>
    (fresh ? 4 : 0) + (view.engineBlind === null ? 2 : 0) + (view.hasQuorum ? 1 : 0);
  return views.toSorted((a, b) => rank(b) - rank(a) || b.at - a.at)[0] ?? null;
}

function presenceCause(policy: MscsPolicy, live: LiveFleet, now: number): string | null {
  const witness = policy.witness === null ? [] : [policy.witness.node];
  const names = [...policy.nodes.map(({ node }) => node), ...witness];
  const lines = names.map((name) => {
    const entry = live.get(name);
    if (entry?.online) return null;
    if (!entry?.lastSeenAt) return `${name} has not reported yet.`;
    return `${name} has not been heard of for ${durationText(now - entry.lastSeenAt)}.`;
  });
  return whyText(lines);
}

function noViewCause(policy: MscsPolicy): string {
  return `No node of ${policy.cluster} has reported the state of its engine yet.`;
}

function viewCause({ view, at, from, fresh }: Witnessed, now: number): string | null {
  if (!fresh) return `The last view is ${durationText(now - at)} old (from ${from}); nothing newer is known.`;
  if (view.engineBlind) return `${from} cannot see the engine: ${view.engineBlind}.`;
  return whyText([
    view.hasQuorum ? null : `${from} has no quorum: its half runs nothing until a second vote is back.`,
    view.witnessVotes === false ? "The witness does not vote: one more loss stops the pair." : null,
    view.fencingEnabled ? null : "Fencing is off: a failed node cannot be proven dead.",
    ...view.nodes.map(nodeCause),
    ...view.groups.map(groupCause),
  ]);
}

function nodeCause(node: ClusterView["nodes"][number]): string | null {
  switch (node.state) {
    case "up":
      return null;
    case "unclean":
      return `${node.name} is in an unknown state: it must be fenced before its groups move.`;
    case "joining":
      return `${node.name} is joining the pair.`;
    case "paused":
      return `${node.name} is paused: it takes no group until it is resumed.`;
    default:
      return `${node.name} is ${node.state}.`;
  }
}

function groupCause(group: ClusterView["groups"][number]): string | null {
  if (group.state === "online") return null;
  const failed = group.resources.filter((resource) => resource.state === "failed");
  const cause = failed.map((resource) => `${resource.name} failed ${resource.failCount} times`).join(", ");
  const where = group.owner ? ` on ${group.owner}` : "";
  return `Group ${group.name} is ${group.state}${where}${cause ? `: ${cause}` : ""}.`;
}
