/**
 * From decisions to one complete desired state of the kernel, and back from its answers.
 */
import { type Draft, log, MARK, type WlbsState } from "../convergence/state.ts";
import type { BucketTable, DataPlane } from "../types.ts";
import { leaseUntil } from "./lease.ts";

/** After a failed install: 1, 2, 4 ... seconds, at most this. */
const RETRY_MS_MAX = 30_000;

function indexesOf(marks: Uint8Array, wanted: number): number[] {
  const found: number[] = [];
  for (let bucket = 0; bucket < marks.length; bucket += 1) if (marks[bucket] === wanted) found.push(bucket);
  return found;
}

function setMarks(draft: Draft, marks: Uint8Array, isDefaultHost: boolean): void {
  const { kernel } = draft.s;
  const same = isDefaultHost === kernel.isDefaultHost && marks.every((mark, i) => mark === kernel.marks[i]);
  if (same) return;
  const newlyDraining = marks.some((mark, i) => mark === MARK.draining && kernel.marks[i] !== MARK.draining);
  if (newlyDraining) kernel.drainingSince = draft.now;
  kernel.marks = marks;
  kernel.isDefaultHost = isDefaultHost;
  kernel.dirty = true;
}

/**
 * Break: own only what we own now and keep in `next`; what is lost drains, so its connections stay here. `next`
 * null: own nothing, and let every bucket drain until connections have been counted again, for under other port
 * rules or another seed a connection of ours may fall into any bucket.
 */
export function release(
  draft: Draft,
  next: BucketTable | null,
  options: { hostId: number; isDefault: boolean },
): void {
  const { kernel } = draft.s;
  const marks = kernel.marks.map((mark, bucket) => {
    if (next === null) return MARK.draining;
    if (mark !== MARK.owned) return mark;
    return next[bucket] === options.hostId ? MARK.owned : MARK.draining;
  });
  setMarks(draft, marks, kernel.isDefaultHost && options.isDefault);
}

/** Make: own all that `table` gives us; draining buckets that are ours again simply become owned. */
export function take(
  draft: Draft,
  table: BucketTable,
  options: { hostId: number; isDefault: boolean },
): void {
  const marks = draft.s.kernel.marks.map((mark, bucket) => {
    if (table[bucket] === options.hostId) return MARK.owned;
    return mark === MARK.owned ? MARK.draining : mark;
  });
  setMarks(draft, marks, options.isDefault);
}

/** Stops to keep the old connections of draining buckets that have none: `busy` are the buckets that have some. */
export function trimDraining(draft: Draft, busy: ReadonlySet<number>): void {
  const { kernel } = draft.s;
  const marks = kernel.marks.map((mark, bucket) =>
    mark === MARK.draining && !busy.has(bucket) ? MARK.foreign : mark,
  );
  setMarks(draft, marks, kernel.isDefaultHost);
}

/** The complete plane under the active policy. */
function planeOf(s: WlbsState, now: number): DataPlane | null {
  const policy = s.active?.policy;
  if (!policy || !s.me) return null;
  return {
    generation: s.kernel.asked,
    vip: policy.vip,
    vipPrefixLength: policy.vipPrefixLength,
    clusterMac: policy.clusterMac,
    interface: s.me.interface,
    hashSeed: policy.hashSeed,
    rules: policy.rules,
    ownedBuckets: indexesOf(s.kernel.marks, MARK.owned),
    drainingBuckets: indexesOf(s.kernel.marks, MARK.draining),
    isDefaultHost: s.kernel.isDefaultHost,
    leaseMs: Math.max(0, s.kernel.leaseUntil - now),
  };
}

/** Asks for an install when the kernel is not as it should be. */
export function install(draft: Draft): void {
  const { s, now } = draft;
  if (!s.kernel.dirty || s.stage === "failed" || !s.active) return;
  s.kernel.asked += 1;
  s.kernel.askedAt = now;
  s.kernel.dirty = false;
  s.kernel.present = true;
  s.kernel.leaseUntil = Math.max(s.kernel.leaseUntil, leaseUntil(s, now));
  const plane = planeOf(s, now);
  if (plane) draft.effects.push({ kind: "install", plane, leaseUntil: s.kernel.leaseUntil });
}

/** Asks to take the plane away; connections are cut, so nothing drains afterwards. */
export function removePlane(draft: Draft): void {
  const { kernel } = draft.s;
  kernel.asked += 1;
  kernel.askedAt = draft.now;
  kernel.marks = new Uint8Array(kernel.marks.length);
  kernel.isDefaultHost = false;
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
