/** The hosts of one cluster with what is known of each: what intent says, and what its agent reported. */
import type { ClusterHost, WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import type { LiveFleet, LiveNode } from "../live-fleet.ts";

export interface SeenHost {
  host: ClusterHost;
  live: LiveNode | null;
  /** The last report about this cluster, however old. */
  last: WlbsStatus | null;
  /** The same while it is recent enough to be called a state; else null. */
  fresh: WlbsStatus | null;
}

/** In the order of the policy. `now`: epoch milliseconds. */
export function seenHosts(policy: WlbsPolicy, live: LiveFleet, now: number): SeenHost[] {
  return policy.hosts.map((host) => {
    const entry = live.get(host.node);
    const status = entry?.status?.service === "wlbs" ? entry.status.wlbs : null;
    const last = status?.cluster === policy.cluster ? status : null;
    return { host, live: entry, last, fresh: live.isFresh(entry, now) ? last : null };
  });
}

/** Takes part in the cluster now: sends heartbeats and hears those of others. */
export function isRunning({ fresh }: SeenHost): boolean {
  return fresh !== null && fresh.state !== "stopped" && fresh.state !== "suspended";
}

/** Epochs are `counter.coordinatorHostId`; the highest counter is the newest. -1 without one. */
export function epochCounter(epoch: string | null): number {
  return Number.parseInt(epoch ?? "-1", 10);
}
