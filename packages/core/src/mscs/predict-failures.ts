/** Which failures keep a resource from being started again on a node (DOMAIN 2.5, points 2 and 3). */
import { lineOf } from "./compile-group.ts";
import type { PairState } from "./prediction.ts";
import type { MscsGroup, MscsResource } from "./types.ts";

/**
 * True if that resource is not started again on that node: it has failed more often than it may be restarted, or once in a way
 * that trying again cannot cure.
 */
export function isExhausted(
  state: PairState,
  { group, resource, node }: { group: MscsGroup; resource: MscsResource; node: string },
): boolean {
  const count = failCount(state, `${group.name}/${resource.name}`, node);
  if (resource.restart.action === "none") return count > 0;
  if (isHardFailed(state, `${group.name}/${resource.name}`, node)) return true;
  return !isRestartedForEver(group, resource) && count > resource.restart.threshold;
}

/**
 * Restart action `restart` forbids a failover of the group. The first resource of a group leads the others to a node, and one
 * on which a resource with action `failover` rests must not keep that from moving the group. Neither can be given up without
 * moving or holding the group, so they are restarted without an end.
 */
export function isRestartedForEver(group: MscsGroup, resource: MscsResource): boolean {
  if (resource.restart.action !== "restart") return false;
  const line = lineOf(group);
  const index = line.findIndex((item) => item.name === resource.name);
  return index === 0 || line.slice(index + 1).some((item) => item.restart.action === "failover");
}

/** True if the agent has said that trying again on that node cannot help. `resource`: `group/resource`. */
export function isHardFailed({ hardFailures = [] }: PairState, resource: string, node: string): boolean {
  return hardFailures.some((item) => item.resource === resource && (item.isEverywhere || item.node === node));
}

export function failCount(state: PairState, resource: string, node: string): number {
  return state.failCounts.find((item) => item.node === node && item.resource === resource)?.count ?? 0;
}
