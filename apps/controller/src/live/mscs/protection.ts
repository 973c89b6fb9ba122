/** Whether a pair survives the loss of a node, by its freshest view and by the agent of its witness. */
import { type MscsPolicy, type Protection, protectionOf } from "@bulkhead/core/mscs";
import type { LiveFleet } from "../live-fleet.ts";
import type { Witnessed } from "./seen.ts";

export function protectionOfPair(
  policy: MscsPolicy,
  { live, best, now }: { live: LiveFleet; best: Witnessed | null; now: number },
): Protection {
  // An old view is no proof of anything, good or bad.
  return protectionOf(policy, best?.isFresh ? best.view : null, witnessOnline(policy, live, now));
}

/** Null = not known: its agent has not reported since this controller runs. */
function witnessOnline({ witness }: MscsPolicy, live: LiveFleet, now: number): boolean | null {
  const entry = witness === null ? null : live.get(witness.node);
  if (!entry) return null;
  if (!entry.online) return false;
  if (!live.isFresh(entry, now) || entry.status.service !== "witness") return null;
  return entry.status.witness.running;
}
