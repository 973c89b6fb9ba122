/** When a host is at rest: nothing is under way, and its beats repeat each other. */
import { isSettled } from "./kernel.ts";
import type { WlbsState } from "./state.ts";

/** In an epoch that is stable, with a kernel that has followed. */
export function isAtRest(s: WlbsState): boolean {
  return s.stage === "member" && s.view?.order === "stable" && s.phase === "applied" && isSettled(s);
}
