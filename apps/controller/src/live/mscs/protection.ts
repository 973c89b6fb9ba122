/** Whether a pair survives the loss of a node, by its freshest view and by the agent of its witness. */
import { type ClusterView, type MscsPolicy, type Protection, protectionOf } from "@bulkhead/core/mscs";
import type { LiveFleet } from "../live-fleet.ts";
import type { Witnessed } from "./seen.ts";

export function protectionOfPair(
  policy: MscsPolicy,
  { live, best, now }: { live: LiveFleet; best: Witnessed | null; now: number },
): Protection {
  // An old view is no proof of anything, good or bad.
  const view = best?.isFresh ? best.view : null;
  const { isProtected, why, warnings } = protectionOf(policy, view, witnessOnline(policy, live, now));
  const strangers = view === null || view.engineBlind !== null ? [] : notMembers(policy, view);
  return { isProtected: isProtected && strangers.length === 0, why: [...strangers, ...why], warnings };
}

/** An evicted node is not down: the engine does not know it at all. */
function notMembers(policy: MscsPolicy, view: ClusterView): string[] {
  const members = new Set(view.nodes.map(({ name }) => name));
  return policy.nodes
    .filter(({ node }) => !members.has(node))
    .map(
      ({ node }) =>
        `${node} is no member of the pair (evicted, or not joined yet): there is no node to take over. Rebuild it, or take it out of the fleet file`,
    );
}

/** Null = not known: its agent has not reported since this controller runs. */
function witnessOnline({ witness }: MscsPolicy, live: LiveFleet, now: number): boolean | null {
  const entry = witness === null ? null : live.get(witness.node);
  if (!entry) return null;
  if (!entry.online) return false;
  if (!live.isFresh(entry, now) || entry.status.service !== "witness") return null;
  return entry.status.witness.running;
}
