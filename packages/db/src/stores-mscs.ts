/**
 * The history of the pairs: failovers, commands and validation reports, by the name of the pair. A pair that is gone keeps
 * its history. Times are epoch milliseconds.
 */
import type { FailoverRecord, MscsAct, ValidationReport } from "@bulkhead/core/mscs";

/** Who gave a command, as the audit log names him. */
export interface ActActor {
  kind: "user" | "token";
  id: string;
  name: string;
}

export interface ActRow {
  pair: string;
  node: string;
  /** Null = the command was not given here (on the node, or by its policy). */
  actor: ActActor | null;
  act: MscsAct;
}

export interface ValidationRow {
  report: ValidationReport;
  /** The deployment that it allowed; null = none. */
  deploymentId: string | null;
}

export interface MscsHistoryReads {
  /** Newest first. `before`: only what began earlier. */
  failovers(query: {
    pair: string;
    group: string | null;
    before: number | null;
    limit: number;
  }): Promise<FailoverRecord[]>;
  act(id: string): Promise<ActRow | null>;
  /** Newest first; `pair` null = of all pairs. */
  validations(query: { pair: string | null; limit: number }): Promise<ValidationRow[]>;
  validation(id: string): Promise<ValidationRow | null>;
}

/** What is noted as it goes on: not a change of the fleet, therefore not audited and not in `Tx`. */
export interface MscsHistory {
  /** Makes the row or brings it up to date. */
  noteFailover(pair: string, record: FailoverRecord): Promise<void>;
  /** Drops failovers and ended commands that began earlier. Validation reports stay. */
  forgetBefore(at: number): Promise<void>;
}

export interface MscsHistoryWrites extends MscsHistoryReads {
  /** Writes a failover with its end; false when its end was written before, by whomever. */
  endFailover(pair: string, record: FailoverRecord): Promise<boolean>;
  beginAct(row: ActRow): Promise<void>;
  /** False when the end of the command was written before. Keeps the actor that `beginAct` wrote. */
  endAct(row: Omit<ActRow, "actor">): Promise<boolean>;
  createValidation(report: ValidationReport): Promise<void>;
  /** Notes that the report allowed the deployment. A report stays with the first deployment that it allowed. */
  allow(reportId: string, deploymentId: string): Promise<void>;
}
