/** When a host is at rest: nothing is under way, and its beats repeat each other. */
import { isSettled } from "./kernel.ts";
import { timing, type WlbsState } from "./state.ts";

/** In an epoch that is stable, with a kernel that has followed. */
export function isAtRest(s: WlbsState): boolean {
  return s.stage === "member" && s.view?.order === "stable" && s.phase === "applied" && isSettled(s);
}

/** Beats are read so long before the own one is sent, ms: what it acknowledges is fresh, and leases live on that. */
const READ_BEFORE_BEAT_MS = 2;

/**
 * For how many milliseconds the host may leave beats unread, so that it wakes up once for several of them; 0 = not at all. At
 * most a fifth of the period and not quite to its own next deed; and only while everybody is heard in time, so that
 * a loss finds the whole cluster awake.
 */
export function restMs(s: WlbsState, now: number): number {
  if (!isAtRest(s) || s.dueAt === null) return 0;
  const { periodMs } = timing(s);
  for (const { heardAt } of s.peers.values()) if (now - heardAt > 1.5 * periodMs) return 0;
  return Math.max(0, Math.min(periodMs / 5, s.dueAt - READ_BEFORE_BEAT_MS - now));
}
