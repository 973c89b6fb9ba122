/** How far the members of our epoch have followed, as their beats say. */
import type { MemberId, Phase } from "../convergence/messages.ts";
import { memberKey, type WlbsState } from "../convergence/state.ts";
import { sameView } from "./epoch.ts";

const PHASES: readonly Phase[] = ["received", "released", "applied"];

/** Has this member of our epoch reached `phase` (or more)? */
export function reached(s: WlbsState, member: MemberId, phase: Phase): boolean {
  const isSelf = member.hostId === s.me?.hostId && member.incarnation === s.incarnation;
  const beat = isSelf ? null : s.peers.get(memberKey(member))?.beat;
  const view = isSelf ? s.view : beat?.view;
  const at = isSelf ? s.phase : beat?.phase;
  if (!s.view || !view || !at || !sameView(view, s.view)) return false;
  return PHASES.indexOf(at) >= PHASES.indexOf(phase);
}

/** Members of our epoch that have not reached `phase`. */
export function missing(s: WlbsState, phase: Phase): MemberId[] {
  return (s.view?.members ?? []).filter((member) => !reached(s, member, phase));
}
