/** Words and limits of the binary form. Positions are the wire values: append only. */
import type { ConvergenceCause, Order, Phase, Stage } from "@bulkhead/core/wlbs";

export const STAGES: readonly Stage[] = ["joining", "member", "leaving", "failed"];
export const ORDERS: readonly Order[] = ["release", "commit", "stable"];
export const PHASES: readonly Phase[] = ["received", "released", "applied"];
export const CAUSES = [
  "unknown",
  "bad-configuration",
  "new-member",
  "duplicate-host-id",
  "rule-count-mismatch",
  "modified-rules",
  "member-lost",
  "modified-parameters",
  "sticky-sync",
  "member-left",
  "drain",
  "rule-state",
  "cluster-formed",
  "partition-healed",
] as const satisfies readonly ConvergenceCause[];

export const HOST_ID_MAX = 32;
export const SLOTS_MAX = 32;
/** More acknowledgements than hosts: a duplicate host ID is heard too. */
export const LIST_MAX = 64;
/** Stands for null where a byte is expected. */
export const NONE = 255;

/** What the header carries for all. */
export interface Sender {
  hostId: number;
  incarnation: number;
  seq: number;
}

export function isHostId(value: number): boolean {
  return value >= 1 && value <= HOST_ID_MAX;
}

/** Bit n - 1 = host ID n. */
export function hostMask(hostIds: readonly number[]): number {
  return hostIds.reduce((mask, hostId) => (mask | (1 << (hostId - 1))) >>> 0, 0);
}

/** The inverse of `hostMask`, rising. */
export function hostsOf(mask: number): number[] {
  return Array.from({ length: HOST_ID_MAX }, (_, i) => i + 1).filter((id) => mask & (1 << (id - 1)));
}
