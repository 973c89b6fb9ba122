/**
 * Old news is no news. A machine that lost its power keeps its link to the controller until the link times out; its last
 * report must not be drawn as the present. Pure.
 */
import type { FleetSnapshot } from "@bulkhead/api";
import { blindView } from "@bulkhead/core/mscs";

/** Agents report at least every second; four missed reports are silence. */
export const hostSilentAfterMs = 4_000;
/** Agents of a pair report every second too, but a look at the engine takes its time while that fences. */
export const pairSilentAfterMs = 10_000;

const silentPair = "No node of the pair has reported lately, so nothing is known.";

/** The picture with silent hosts offline and silent pairs blind. Ages are measured by the controller's own clock. */
export function honest(snapshot: FleetSnapshot): FleetSnapshot {
  const { at } = snapshot;
  const old = (reportedAt: number | null, limitMs: number) =>
    reportedAt !== null && at - reportedAt > limitMs;
  return {
    ...snapshot,
    wlbs: snapshot.wlbs.map((cluster) => ({
      ...cluster,
      hosts: cluster.hosts.map((host) =>
        old(host.statusAt, hostSilentAfterMs) ? { ...host, online: false } : host,
      ),
    })),
    mscs: snapshot.mscs.map((pair) =>
      pair.view && !pair.view.engineBlind && old(pair.viewAt, pairSilentAfterMs)
        ? { ...pair, view: blindView(pair.name, silentPair, pair.view) }
        : pair,
    ),
  };
}
