/**
 * When a draining bucket may be forgotten: its last connection has ended, or it never had one.
 */
import type { WlbsEvent } from "../convergence/events.ts";
import { type Draft, isSettled } from "../convergence/state.ts";
import { install, trimDraining } from "./plane.ts";

/** A handshake that was under way when the bucket began to drain must have had time to be counted. */
const HANDSHAKE_MS = 1000;
/** Every trim is a new install of some 40 ms (EVIDENCE 1), so it may not follow each closing connection. */
const TRIM_PERIOD_MS = 5000;

/** Notes the count and drops empty draining buckets, but never in the middle of a redistribution. */
export function countConnections(draft: Draft, event: WlbsEvent & { kind: "connections" }): void {
  const { s, now } = draft;
  if (now < s.kernel.drainingSince + HANDSHAKE_MS) return;
  s.open = { at: now, count: event.open };
  const atRest = s.stage === "member" ? s.phase === "applied" : s.stage === "joining";
  if (!atRest || !isSettled(s) || now < s.kernel.trimmedAt + TRIM_PERIOD_MS) return;
  trimDraining(draft, new Set(event.buckets));
  if (s.kernel.dirty) s.kernel.trimmedAt = now;
  install(draft);
}
