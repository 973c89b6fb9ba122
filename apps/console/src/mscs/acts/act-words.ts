/** An order that was given, in words: what, how it stands, how long it may still take. Pure. */
import type { MscsAct, MscsOrder, MscsVerb } from "@bulkhead/core/mscs";
import type { StateRole } from "@bulkhead/ui/state.tsx";

const verbs: Record<MscsVerb, string> = {
  move: "Move",
  moveBack: "Move back",
  online: "Bring online",
  offline: "Take offline",
  restart: "Restart",
  fail: "Initiate failure of",
  clear: "Clear failures of",
  pause: "Pause",
  resume: "Resume",
  evict: "Evict",
  rebuild: "Rebuild",
  maintenance: "Maintenance of",
  revert: "Revert",
};

/** "Move sql to db-2", "Pause db-1 (drain)". */
export function orderText({ verb, object, to, mode }: MscsOrder): string {
  const what = `${verbs[verb]} ${object.name}`;
  if (to) return `${what} to ${to}`;
  return mode ? `${what} (${mode})` : what;
}

export const actStates: Record<MscsAct["state"], { role: StateRole; word: string }> = {
  running: { role: "active", word: "Under way" },
  done: { role: "ok", word: "Done" },
  refused: { role: "bad", word: "Refused" },
  failed: { role: "bad", word: "Failed" },
  timeout: { role: "bad", word: "Timed out" },
};

/** Part of the time that is used up, 0 to 1; by the clock of the node, as the snapshot gives it. */
export function usedPart({ startedAt, deadlineAt }: MscsAct, now: number): number {
  const whole = Math.max(1, deadlineAt - startedAt);
  return Math.min(1, Math.max(0, (now - startedAt) / whole));
}
