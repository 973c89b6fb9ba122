/** When a node that took its policy counts as healthy: then the next wave may go. */
import type { NodePolicy } from "@bulkhead/core/plan";
import type { LiveFleet } from "../live/live-fleet.ts";

/** Null = healthy. Otherwise the problem, naming the node. */
export function healthProblem(
  node: string,
  service: NodePolicy["service"],
  { live, now }: { live: LiveFleet; now: number },
): string | null {
  if (service === "none" || service === "witness") return null;
  const entry = live.get(node);
  if (!live.isFresh(entry, now)) return `${node} does not report`;
  const { status } = entry;
  if (status.service !== service) return `${node} does not report ${service.toUpperCase()} yet`;
  if (status.service === "wlbs") {
    const { state, cause, lastError } = status.wlbs;
    if (lastError) return `${node} reports: ${lastError}`;
    return state === "converging" ? `${node} is converging${cause ? ` (${cause})` : ""}` : null;
  }
  if (status.service !== "mscs") return null;
  const { view, lastError } = status.mscs;
  if (lastError) return `${node} reports: ${lastError}`;
  if (view.engineBlind) return `${node} cannot see its engine (${view.engineBlind})`;
  return view.hasQuorum ? null : `${node} has no quorum`;
}
