/** One MSCS pair of the snapshot: its policy joined with the best view that one of its nodes has of the engine. */
import type { MscsSnapshot } from "@bulkhead/api";
import { type FailoverRecord, type MscsPolicy, mergeNetworks } from "@bulkhead/core/mscs";
import type { LiveFleet } from "../live-fleet.ts";
import { protectionOfPair } from "./protection.ts";
import { bestView, type SeenNode, seenNodes, type Witnessed } from "./seen.ts";
import { pairCauses, pairWhy } from "./why.ts";

export interface MscsViewInput {
  policy: MscsPolicy;
  live: LiveFleet;
  /** The newest of the kept history, newest first. */
  failovers: readonly FailoverRecord[];
  now: number;
}

export function mscsView({ policy, live, failovers, now }: MscsViewInput): MscsSnapshot {
  const nodes = seenNodes(policy, live, now);
  const best = bestView(nodes);
  const { witness, fencing } = policy;
  const isWitnessOnline = witness !== null && (live.get(witness.node)?.online ?? false);
  const protection = protectionOfPair(policy, { live, best, now });
  const drift = best?.status.drift ?? [];
  const causes = pairCauses({ policy, live, best, protection, drift, now });
  return {
    name: policy.cluster,
    engine: policy.engine,
    tokenMs: policy.tokenMs,
    fencing: fencing === null ? null : { agent: fencing.agent, nodes: Object.keys(fencing.nodes) },
    nodes: nodes.map((node) => nodeView(policy, node)),
    witness: witness === null ? null : { ...witness, online: isWitnessOnline },
    networks: policy.networks,
    groups: policy.groups,
    view: best === null ? null : joinedView(best, nodes),
    viewAt: best?.at ?? null,
    viewFrom: best?.from ?? null,
    protection,
    drift,
    acts: actsOf(nodes),
    failovers: [...failovers],
    causes,
    why: pairWhy(causes),
  };
}

function nodeView(
  policy: MscsPolicy,
  { node, isOnline, status, reportedAt }: SeenNode,
): MscsSnapshot["nodes"][number] {
  const { address = "", secondAddress = null } = policy.nodes.find((item) => item.node === node) ?? {};
  return {
    name: node,
    address,
    secondAddress,
    online: isOnline,
    statusAt: reportedAt,
    daemons: status?.daemons ?? [],
    lastError: status?.lastError ?? null,
  };
}

/** Of its own network cards each node knows best. */
function joinedView({ view, from }: Witnessed, nodes: readonly SeenNode[]): MscsSnapshot["view"] {
  const other = nodes.find(({ node, isFresh }) => node !== from && isFresh);
  if (!other?.status) return view;
  return {
    ...view,
    networks: mergeNetworks({ node: from, view }, { node: other.node, view: other.status.view }),
  };
}

/**
 * Newest first. One that goes on is told only while its node reports: what became of it later is not known. Where both
 * nodes take part (evict, rebuild), the act of the one that is not the object tells the outcome.
 */
function actsOf(nodes: readonly SeenNode[]): MscsSnapshot["acts"] {
  const all = nodes
    .flatMap(({ node, status, isFresh }) =>
      (status?.acts ?? []).filter((act) => act.endedAt !== null || isFresh).map((act) => ({ ...act, node })),
    )
    .sort((a, b) => b.startedAt - a.startedAt);
  const isSecondary = ({ id, node, order }: (typeof all)[number]) =>
    order.object.name === node && all.some((other) => other.id === id && other.node !== node);
  return all.filter((act) => !isSecondary(act));
}
