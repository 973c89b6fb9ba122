/** A group at rest, as the history of its failovers remembers it. */
import type { FailoverRecord } from "./failovers.ts";
import type { ClusterView, GroupView } from "./view.ts";

/** How a group was when it was last at rest. */
export interface Settled {
  state: GroupView["state"];
  /** Null = it ran nowhere. */
  owner: string | null;
  /** The engine's time of its last ownership: what both nodes name the next failover by. */
  since: number | null;
  at: number;
  isOrderedOffline: boolean;
  isHalted: boolean;
  /** Why it came to run nowhere, as far as that was seen. */
  cause: FailoverRecord["cause"] | null;
  /** While it runs nowhere: nodes that were not there, and when that was last seen. */
  away?: Record<string, number>;
}

/** A view and when it was seen, epoch ms. */
interface Sight {
  at: number;
  view: ClusterView;
}

export function settledOf({ at }: Sight, group: GroupView): Settled {
  const isServing = group.state === "online" || group.state === "partial";
  return {
    state: group.state,
    owner: isServing ? group.owner : null,
    since: group.since,
    at,
    isOrderedOffline: group.isOrderedOffline,
    isHalted: group.failovers?.isHalted === true,
    cause: null,
  };
}

/** Remembers who is missing while it runs nowhere: it may wait for that node. */
export function withAway(settled: Settled, { at, view }: Sight, before: Settled["away"]): Settled {
  if (settled.owner !== null) return settled;
  const missing = view.nodes.filter(({ state }) => state === "down" || state === "unclean");
  return { ...settled, away: { ...before, ...Object.fromEntries(missing.map(({ name }) => [name, at])) } };
}
