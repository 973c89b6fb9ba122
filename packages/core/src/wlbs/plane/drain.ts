/**
 * When a draining bucket may be forgotten: its last connection has ended, or it never had one, and no sticky client
 * of ours falls into it.
 */
import type { WlbsEvent } from "../convergence/events.ts";
import { isSettled } from "../convergence/kernel.ts";
import type { Draft, WlbsState } from "../convergence/state.ts";
import { isSticky } from "../policy.ts";
import { sampleSpanMs } from "../query/estimate.ts";
import { install, trimDraining } from "./plane.ts";
import { keepsSticky } from "./sticky.ts";

/** A handshake that was under way when the bucket began to drain must have had time to be counted. */
const HANDSHAKE_MS = 1000;
/** Every trim is a new install, so it may not follow each closing connection. */
const TRIM_PERIOD_MS = 5000;

type Count = WlbsEvent & { kind: "connections" };

/** Buckets of each slot that must be kept; null = nothing is known of the rule, so all of them. */
function busyBySlot(s: WlbsState, event: Count): (ReadonlySet<number> | null)[] {
  const isSorted = s.stickySlots === s.active?.slots;
  return (s.active?.policy.rules ?? []).map((rule) => {
    const row = event.rules.find(({ name }) => name === rule.name);
    if (!row || (isSticky(rule) && !isSorted)) return null;
    const clients = keepsSticky(s, rule) ? (s.sticky.get(rule.name)?.values() ?? []) : [];
    return new Set([...row.buckets, ...clients]);
  });
}

function noteOpen(draft: Draft, event: Count): void {
  const { s, now } = draft;
  s.openByRule = new Map(event.rules.map(({ name, open }) => [name, open]));
  if (!s.drain) return;
  const recent = s.drain.samples.filter(({ at }) => at >= now - sampleSpanMs);
  s.drain = { ...s.drain, samples: [...recent, { at: now, open: event.open }] };
}

/** Notes the count and drops empty draining buckets, but never in the middle of a redistribution. */
export function countConnections(draft: Draft, event: Count): void {
  const { s, now } = draft;
  noteOpen(draft, event);
  if (now < s.kernel.drainingSince + HANDSHAKE_MS) return;
  s.open = { at: now, count: event.open };
  const atRest = s.stage === "member" ? s.phase === "applied" : s.stage === "joining";
  const hasDraining = s.kernel.slots.some((marks) => (marks?.draining ?? 0) > 0);
  if (!hasDraining || !atRest || !isSettled(s) || now < s.kernel.trimmedAt + TRIM_PERIOD_MS) return;
  const busy = busyBySlot(s, event);
  const isBusy = (slots: number[], bucket: number) => slots.some((slot) => busy[slot]?.has(bucket) ?? true);
  trimDraining(draft, isBusy);
  if (!s.kernel.dirty) return;
  s.kernel.trimmedAt = now;
  install(draft);
}
