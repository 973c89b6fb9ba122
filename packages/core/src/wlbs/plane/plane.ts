/**
 * From decisions to what the kernel is to do with the buckets of every rule: break, make, let go, block.
 */
import { type Draft, type Held, log, self, type WlbsState } from "../convergence/state.ts";
import { mappingDigest, ruleKey } from "../policy.ts";
import type { Distribution, OwnerTable } from "../table/distribution.ts";
import { MARK, type PortRule, type WlbsPolicy } from "../types.ts";
import { extrasOf, planeOf } from "./compose.ts";
import { leaseUntil } from "./lease.ts";
import { ALL_DRAINING, ALL_FOREIGN, type Marks, mapMarks } from "./marks.ts";

/** After a failed install: 1, 2, 4 ... seconds, at most this. */
const RETRY_MS_MAX = 30_000;

function hasNewDraining(after: Marks | null, before: Marks | null): boolean {
  if (!after || after === before || after.draining === 0) return false;
  return after.marks.some((mark, i) => mark === MARK.draining && before?.marks[i] !== MARK.draining);
}

function setSlots(draft: Draft, slots: (Marks | null)[], isDefaultHost: boolean): void {
  const { kernel } = draft.s;
  const same = slots.length === kernel.slots.length && slots.every((marks, i) => marks === kernel.slots[i]);
  if (same && isDefaultHost === kernel.isDefaultHost) return;
  // A former default host drains what came to ports without a rule.
  const hasHandedOver = kernel.isDefaultHost && !isDefaultHost;
  if (hasHandedOver || slots.some((marks, i) => hasNewDraining(marks, kernel.slots[i] ?? null))) {
    kernel.drainingSince = Number.POSITIVE_INFINITY;
  }
  kernel.slots = slots;
  kernel.isDefaultHost = isDefaultHost;
  kernel.dirty = true;
}

/** Blocked on this host, whoever owns its buckets. */
function isBlocked(s: WlbsState, rule: PortRule): boolean {
  return rule.mode === "disabled" || s.ruleStates[rule.name] === "disabled";
}

/** Do buckets mean the same under both? */
export function sameMapping(a: Held | null, b: Held): boolean {
  return a !== null && (a.digest === b.digest || mappingDigest(a.policy) === mappingDigest(b.policy));
}

/**
 * Makes `held` the policy in force here. Rules keep their marks when buckets mean what they meant; otherwise a
 * connection of ours may fall into any bucket, and all drain until connections have been counted again.
 */
export function usePolicy(draft: Draft, held: Held): void {
  const { s } = draft;
  if (s.active?.digest === held.digest && s.kernel.slots.length === held.policy.rules.length) return;
  const before = s.active;
  const keeps = sameMapping(before, held);
  const keys = (before?.policy.rules ?? []).map(ruleKey);
  s.kernel.slots = held.policy.rules.map((rule) => {
    if (isBlocked(s, rule)) return null;
    const marks = keeps ? s.kernel.slots[keys.indexOf(ruleKey(rule))] : undefined;
    return marks ?? (keeps ? ALL_FOREIGN : ALL_DRAINING);
  });
  s.active = held;
  s.kernel.drainingSince = Number.POSITIVE_INFINITY;
  s.kernel.owners = null;
  s.kernel.taken = null;
  s.kernel.dirty = true;
}

/** Blocks rules that are disabled here by command, and unblocks the others; the buckets move with the next epoch. */
export function applyRuleStates(draft: Draft): void {
  const { s } = draft;
  if (!s.active) return;
  const slots = s.active.policy.rules.map((rule, slot) =>
    isBlocked(s, rule) ? null : (s.kernel.slots[slot] ?? ALL_FOREIGN),
  );
  setSlots(draft, slots, s.kernel.isDefaultHost);
}

/** Table of the rule that `policy` has in the place of our rule `slot`. */
function tableFor(s: WlbsState, next: { distribution: Distribution; policy: WlbsPolicy }, slot: number) {
  const rule = s.active?.policy.rules[slot];
  const at = rule ? next.policy.rules.findIndex((other) => ruleKey(other) === ruleKey(rule)) : -1;
  return next.distribution.slots[at] ?? null;
}

/**
 * Break: own only what we own now and keep in `next`; what is lost drains, so its connections stay here. `next`
 * null: own nothing, and let every bucket drain until connections have been counted again.
 */
export function release(
  draft: Draft,
  next: { distribution: Distribution; policy: WlbsPolicy; isDefault: boolean } | null,
): void {
  const { s } = draft;
  const { hostId } = self(s);
  const slots = next
    ? mapMarks(
        s.kernel.slots,
        (slot) => tableFor(s, next, slot),
        (mark, bucket, table) => {
          if (mark !== MARK.owned) return mark;
          return table?.owners[bucket] === hostId ? MARK.owned : MARK.draining;
        },
      )
    : s.kernel.slots.map((marks) => marks && ALL_DRAINING);
  setSlots(draft, slots, s.kernel.isDefaultHost && next?.isDefault === true);
  s.kernel.taken = null;
}

/** Make: own all that `distribution` gives us; draining buckets that are ours again simply become owned. */
export function take(draft: Draft, distribution: Distribution, isDefault: boolean): void {
  const { s } = draft;
  const { hostId } = self(s);
  if (s.kernel.taken === distribution) return;
  const slots = mapMarks<OwnerTable | null>(
    s.kernel.slots,
    (slot) => distribution.slots[slot] ?? null,
    (mark, bucket, table) => {
      if (table?.owners[bucket] === hostId) return MARK.owned;
      return mark === MARK.owned ? MARK.draining : mark;
    },
  );
  setSlots(draft, slots, isDefault);
  s.kernel.owners = distribution;
  s.kernel.taken = distribution;
}

/** Stops to keep the old connections of draining buckets that have none. `isBusy` is asked for rules that share marks together. */
export function trimDraining(draft: Draft, isBusy: (slots: number[], bucket: number) => boolean): void {
  const { kernel } = draft.s;
  const sharing = (slot: number) =>
    kernel.slots.flatMap((marks, other) => (marks === kernel.slots[slot] ? [other] : []));
  const groups = new Map(kernel.slots.map((marks, slot) => [marks, sharing(slot)]));
  const slots = mapMarks(
    kernel.slots,
    (slot) => groups.get(kernel.slots[slot] ?? null) ?? [],
    (mark, bucket, group) => (mark === MARK.draining && !isBusy(group, bucket) ? MARK.foreign : mark),
  );
  setSlots(draft, slots, kernel.isDefaultHost);
}

/** Asks for an install when the kernel is not as it should be. */
export function install(draft: Draft): void {
  const { s, now } = draft;
  if (s.stage === "failed" || !s.active || !s.me) return;
  const extras = extrasOf(s);
  if (!s.kernel.dirty && extras === s.kernel.extras) return;
  s.kernel.extras = extras;
  s.kernel.asked += 1;
  s.kernel.askedAt = now;
  s.kernel.dirty = false;
  s.kernel.present = true;
  s.kernel.leaseUntil = Math.max(s.kernel.leaseUntil, leaseUntil(s, now));
  const plane = planeOf(s, { active: s.active.policy, me: s.me, now });
  draft.effects.push({ kind: "install", plane, leaseUntil: s.kernel.leaseUntil });
}

/**
 * Installs what has changed beside the buckets: peers of the front, exceptions of others. A newcomer installs its plane,
 * with nothing owned in it, before it is let in, so that no redistribution waits for that.
 */
export function refresh(draft: Draft): void {
  const { stage } = draft.s;
  if (stage === "member" || stage === "joining") install(draft);
}

/** Asks to take the plane away; connections are cut, so nothing drains afterwards. */
export function removePlane(draft: Draft): void {
  const { kernel } = draft.s;
  kernel.asked += 1;
  kernel.askedAt = draft.now;
  kernel.slots = kernel.slots.map((marks) => marks && ALL_FOREIGN);
  kernel.isDefaultHost = false;
  kernel.owners = null;
  kernel.taken = null;
  kernel.dirty = true;
  kernel.present = false;
  kernel.leaseUntil = 0;
  draft.effects.push({ kind: "remove", generation: kernel.asked });
}

/**
 * The shell's answer. On an error the host no longer knows what its kernel does: it stops to renew the lease, so
 * the kernel stops taking new flows by itself, keeps its connections, and tries to join again later.
 */
export function installed(draft: Draft, generation: number, error: string | null): void {
  const { s, now } = draft;
  if (generation !== s.kernel.asked) return;
  if (error === null) {
    s.kernel.confirmed = generation;
    // Connections counted before may have been sorted into other buckets.
    if (s.kernel.drainingSince === Number.POSITIVE_INFINITY) s.kernel.drainingSince = now;
    s.fault = null;
    draft.urgent = true;
    return;
  }
  const tries = (s.fault?.tries ?? 0) + 1;
  const waitMs = Math.min(RETRY_MS_MAX, 1000 * 2 ** (tries - 1));
  s.fault = { message: error, retryAt: now + waitMs, tries };
  s.kernel.dirty = true;
  log(draft, "error", `the kernel refused the data plane: ${error}; next try in ${waitMs / 1000} s`);
}
