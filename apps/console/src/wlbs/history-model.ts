/** Convergences as rows: what began them, how long they took, who was there before and after. Pure. */
import type { ConvergenceCause } from "@bulkhead/core/wlbs";
import type { WlbsCluster } from "../states/wlbs-states.ts";

export type Convergence = WlbsCluster["history"][number];

/** The causes of DOMAIN 1.6 in words. */
export const causeWords: Record<ConvergenceCause, string> = {
  "bad-configuration": "Bad configuration",
  "new-member": "Host joined",
  unknown: "Unknown cause",
  "duplicate-host-id": "Duplicate host ID",
  "rule-count-mismatch": "Different number of rules",
  "modified-rules": "Rules changed",
  "member-lost": "Host lost",
  "modified-parameters": "Parameters changed",
  "sticky-sync": "Sticky clients exchanged",
  "member-left": "Host left",
  drain: "Drain",
  "rule-state": "Rule enabled, disabled or drained",
  "cluster-formed": "Cluster formed",
  "partition-healed": "Partition healed",
};

/** Causes that nobody asked for. */
const unasked: readonly ConvergenceCause[] = [
  "bad-configuration",
  "unknown",
  "duplicate-host-id",
  "rule-count-mismatch",
  "member-lost",
  "partition-healed",
];

export const isUnasked = (cause: ConvergenceCause) => unasked.includes(cause);

export interface HistoryRow {
  record: Convergence;
  /** Null while it lasts, or when another one began before its end. */
  durationMs: number | null;
  /** Another one began before its end. */
  isSuperseded: boolean;
  joined: number[];
  left: number[];
}

/** Epochs are `counter.coordinatorHostId`. */
const coordinatorOf = ({ epoch }: Convergence) => Number.parseInt(epoch.split(".")[1] ?? "", 10);

/** Newest first, as they come; each compared with the one before it on its own side, for a partition has two histories. */
export function historyRows(history: readonly Convergence[]): HistoryRow[] {
  return history.map((record, i) => {
    const coordinator = coordinatorOf(record);
    const before = history.slice(i + 1).find(({ members }) => members.includes(coordinator))?.members ?? null;
    return {
      record,
      isSuperseded: record.endedAt === null && i > 0,
      durationMs: record.endedAt === null ? null : record.endedAt - record.startedAt,
      joined: before ? record.members.filter((id) => !before.includes(id)) : [],
      left: before ? before.filter((id) => !record.members.includes(id)) : [],
    };
  });
}

/** Width of a duration bar, 0 to 100: each tenfold takes the same width, from 0.1 s to 100 s. */
export function durationWidth(ms: number): number {
  const decades = Math.log10(Math.max(ms, 100) / 100) / 3;
  return Math.min(100, Math.round(8 + decades * 92));
}
