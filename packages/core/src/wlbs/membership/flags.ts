/** Rule states on the wire: one bit per slot of the policy that the sender goes by. */
import type { Beat } from "../convergence/messages.ts";
import { type Held, policyFor, type WlbsState } from "../convergence/state.ts";
import type { WlbsPolicy } from "../types.ts";

const NONE: ReadonlySet<string> = new Set();

function toMask(policy: WlbsPolicy, isSet: (rule: string) => boolean): number {
  return policy.rules.reduce((mask, { name }, slot) => (isSet(name) ? (mask | (1 << slot)) >>> 0 : mask), 0);
}

function toNames(mask: number, policy: WlbsPolicy | undefined): ReadonlySet<string> {
  if (mask === 0 || !policy) return NONE;
  return new Set(policy.rules.flatMap(({ name }, slot) => ((mask & (1 << slot)) === 0 ? [] : [name])));
}

/** The policy whose slots our own beat means. */
export function flagPolicy(s: WlbsState): Held | null {
  return s.stage === "member" && s.view ? policyFor(s, s.view.policyDigest) : s.newest;
}

/** What our beat says of our rules. */
export function ownMasks(s: WlbsState): { closed: number; failing: number } {
  const policy = flagPolicy(s)?.policy;
  if (!policy) return { closed: 0, failing: 0 };
  return {
    closed: toMask(policy, (rule) => s.ruleStates[rule] !== undefined),
    failing: toMask(policy, (rule) => s.health.get(rule)?.health === "failing"),
  };
}

/** Names of the rules that are closed or failing here. */
export function ownFlags(s: WlbsState): { closed: ReadonlySet<string>; failing: ReadonlySet<string> } {
  const failing = [...s.health].filter(([, { health }]) => health === "failing");
  return { closed: new Set(Object.keys(s.ruleStates)), failing: new Set(failing.map(([rule]) => rule)) };
}

/** Names of the rules that are closed or failing at the sender. */
export function flagsOf(s: WlbsState, beat: Beat) {
  const policy = policyFor(s, beat.view?.policyDigest ?? beat.policyDigest)?.policy;
  return { closed: toNames(beat.closed, policy), failing: toNames(beat.failing, policy) };
}
