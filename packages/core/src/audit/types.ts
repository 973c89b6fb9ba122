/**
 * Audit events and the hash chain. The hash of a record covers its canonical text and the hash before it,
 * so an edit, a removal or a reordering is found and named by the verifier.
 */

export type AuditOutcome = "done" | "refused" | "failed";

/** What the writer supplies. */
export interface AuditEvent {
  /** Epoch milliseconds. */
  at: number;
  actor: { kind: "user" | "token" | "node" | "system"; id: string; name: string };
  /** Dotted verb, for example `plan.create`, `deployment.apply`, `node.enrol`, `session.sign-in`. */
  action: string;
  object: { kind: string; name: string };
  outcome: AuditOutcome;
  /** Rule, reason, what changed. JSON without functions, dates as text. */
  detail: Record<string, unknown>;
}

/** What is stored and exported. */
export interface AuditRecord extends AuditEvent {
  /** 1, 2, 3, ... without gaps. */
  seq: number;
  /** Hex SHA-256; 64 zeros for the first record. */
  prevHash: string;
  hash: string;
}
