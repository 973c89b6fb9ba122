/** How long the failovers of a group took, from what the snapshot remembers. Pure. */
import type { MscsCluster } from "../../states/mscs-states.ts";

/** Milliseconds of its last changes of owner that ended well, newest first, at most 5. */
export function tookOf(cluster: MscsCluster, group: string): number[] {
  return cluster.failovers
    .filter(
      (each) => each.group === group && each.outcome === "online" && each.to !== null && each.from !== null,
    )
    .flatMap(({ startedAt, endedAt }) => (endedAt === null ? [] : [endedAt - startedAt]))
    .slice(0, 5);
}
