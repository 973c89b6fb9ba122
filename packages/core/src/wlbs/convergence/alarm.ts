/** When a machine has to be called again, though nobody says anything. */
import { votesFreeAt } from "../membership/majority.ts";
import { timing, type WlbsState } from "./state.ts";

export interface Alarm {
  /** The next moment at which something has to be decided; Infinity = none. */
  deadlineAt: number;
  /** The same, or the next beat if that is earlier; null = nothing to wait for. */
  dueAt: number | null;
}

/** When peers were heard since the last step, by `memberKey`. */
type HeardSince = ReadonlyMap<string, number>;
const nobody: HeardSince = new Map();

/** What is still to come after `after`. Who was heard meanwhile is not yet silent. */
export function alarmOf(s: WlbsState, after: number, heard: HeardSince = nobody): Alarm {
  if (s.stage === "stopped" || !s.newest) return { deadlineAt: Number.POSITIVE_INFINITY, dueAt: null };
  const deadlineAt = Math.min(silenceAfter(s, after, heard), deadlineAfter(s, after));
  const at = s.nextBeatAt > after ? Math.min(s.nextBeatAt, deadlineAt) : deadlineAt;
  return { deadlineAt, dueAt: Number.isFinite(at) ? at : null };
}

/** When the next peer falls silent or is lost, unless it is heard before. */
function silenceAfter(s: WlbsState, after: number, heard: HeardSince): number {
  const { detectMs, silenceMs } = timing(s);
  let next = Number.POSITIVE_INFINITY;
  for (const [key, peer] of s.peers) {
    const heardAt = Math.max(peer.heardAt, heard.get(key) ?? Number.NEGATIVE_INFINITY);
    const silentAt = heardAt + silenceMs;
    const at = silentAt > after ? silentAt : heardAt + detectMs;
    if (at > after && at < next) next = at;
  }
  return next;
}

/** The next deadline that does not depend on who is heard. */
export function deadlineAfter(s: WlbsState, after: number): number {
  const { detectMs } = timing(s);
  const found: (number | null | undefined)[] = [
    s.quietUntil,
    s.stageSince + detectMs,
    s.sending?.at,
    s.drain?.deadline,
    s.stickyWaitUntil,
    s.phase === "released" && s.takingSince !== null ? s.takingSince + 2 * detectMs : null,
    s.phase === "received" ? votesFreeAt(s) : null,
    s.link?.up === false ? s.link.since + detectMs : null,
  ];
  for (const departed of s.departed.values()) found.push(departed.until);
  let next = Number.POSITIVE_INFINITY;
  for (const at of found) if (typeof at === "number" && at > after && at < next) next = at;
  return next;
}
