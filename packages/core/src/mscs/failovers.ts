/** The history of failovers: every change of a group's owner, with cause, steps and times. */

export type FailoverCause =
  | "node-lost"
  | "node-fenced"
  | "resource-failed"
  | "move"
  | "pause"
  | "failback"
  | "quorum-lost"
  | "offline-ordered"
  | "online-ordered"
  | "limit"
  | "pair-start"
  | "policy"
  | "unknown";

export interface FailoverRecord {
  /** The same on both nodes for the same failover: group and start time of the coordinator, as text. */
  id: string;
  group: string;
  cause: FailoverCause;
  /** One sentence, for example "db-1 was lost at 03:12:07 and fenced by db-2". */
  detail: string;
  /** Who ordered it; absent = nobody did, or nobody knows. */
  by?: string;
  from: string | null;
  /** Null = it runs nowhere. */
  to: string | null;
  startedAt: number;
  /** Null = still going on. */
  endedAt: number | null;
  outcome: "running" | "online" | "offline" | "failed";
  steps: { at: number; node: string | null; text: string }[];
}
