/** The audit log as the rest of the house sees it. */
import type { AuditEvent, AuditRecord, ChainVerdict } from "@bulkhead/core/audit";

export interface AuditAppender {
  /** Collects; written as one batch under the lock of the chain head just before the commit. */
  append(...events: AuditEvent[]): void;
}

export interface AuditFilter {
  beforeSeq?: number | undefined;
  limit: number;
  outcome?: "done" | "refused" | "failed" | undefined;
  /** Part of action, actor, object or detail; case does not matter. */
  text?: string | undefined;
}

export interface AuditStore {
  /** A change that consists of events only (refusals, sign-ins, node.online). Resolves after the commit. */
  append(...events: AuditEvent[]): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditRecord[]>;
  /** `{ seq: 0, hash: 64 zeros }` while empty. */
  head(): Promise<{ seq: number; hash: string }>;
  /** Text chunks of a complete export file (docs/audit.md), oldest first, constant memory, one snapshot of the chain. */
  exportStream(format: "csv" | "ndjson", options: { exportedAt: number }): AsyncIterable<string>;
  /** Recomputes the whole chain inside the database's own rows and compares with the head. */
  verifyAll(): Promise<ChainVerdict>;
}
