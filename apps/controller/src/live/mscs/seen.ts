/** What the nodes of a pair report of their engine, and which of them sees best. */
import type { ClusterView, MscsPolicy, MscsStatus } from "@bulkhead/core/mscs";
import type { LiveFleet, LiveNode } from "../live-fleet.ts";

/** An agent looks each second; one look that hangs for a while on a busy machine does not make its view history. */
const viewStaleMs = 8_000;

/** The last report of one node of the pair. */
export interface SeenNode {
  node: string;
  isOnline: boolean;
  status: MscsStatus | null;
  /** When it reported last; null = never. */
  reportedAt: number | null;
  /** When its view was right for the last time, by the controller's clock; null = never. */
  at: number | null;
  isFresh: boolean;
}

export interface Witnessed {
  view: ClusterView;
  status: MscsStatus;
  at: number;
  from: string;
  isFresh: boolean;
}

/** Both nodes in the order of the policy. A report about another pair is none. */
export function seenNodes(policy: MscsPolicy, live: LiveFleet, now: number): SeenNode[] {
  return policy.nodes.map(({ node }) => {
    const entry = live.get(node);
    const reported = entry?.status?.service === "mscs" ? entry.status.mscs : null;
    const status = reported?.cluster === policy.cluster ? reported : null;
    const at = status === null ? null : rightAt(entry, status);
    const isFresh = at !== null && live.isFresh(entry, now) && now - at <= viewStaleMs;
    const reportedAt = status === null ? null : (entry?.statusAt ?? null);
    return { node, isOnline: entry?.online ?? false, status, reportedAt, at, isFresh };
  });
}

/** An agent whose look at the engine hangs goes on reporting: its view was right before, by its own clock. */
function rightAt(entry: LiveNode | null, { seenAt }: MscsStatus): number | null {
  if (!entry || entry.statusAt === null) return null;
  const { statusAt, statusSentAt } = entry;
  return seenAt === undefined || statusSentAt === null
    ? statusAt
    : statusAt - Math.max(0, statusSentAt - seenAt);
}

/** A node that is cut off sees the pair wrongly: freshness counts first, then sight, then quorum. Null = nobody reported. */
export function bestView(nodes: readonly SeenNode[]): Witnessed | null {
  const views = nodes.flatMap(({ node, status, at, isFresh }): Witnessed[] =>
    status === null || at === null ? [] : [{ view: status.view, status, at, from: node, isFresh }],
  );
  const rank = ({ view, isFresh }: Witnessed) =>
    (isFresh ? 4 : 0) + (view.engineBlind === null ? 2 : 0) + (view.hasQuorum ? 1 : 0);
  return views.toSorted((a, b) => rank(b) - rank(a) || b.at - a.at)[0] ?? null;
}
