/** Answers of nodes as the API shows them and as the audit log keeps them. */
import type { Actor, CommandOutcome } from "@bulkhead/api";
import type { AuditOutcome } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import { statusCodes } from "@bulkhead/core/wlbs";
import type { Db } from "@bulkhead/db";
import type { CommandResult } from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";
import { deedOf, refusalDetail } from "../audit.ts";

export interface OutcomeLog {
  db: Pick<Db, "audit">;
  clock: Clock;
}

export function outcomeOf(node: string, { code, message, data, refusal }: CommandResult): CommandOutcome {
  return {
    node,
    code,
    status: statusCodes[code],
    message,
    ...(data === undefined ? {} : { data }),
    ...(refusal ? { refusal } : {}),
  };
}

export interface CommandEntry {
  action: string;
  kind: string;
  name: string;
  args: Record<string, string>;
}

/** One attempt with what came of it. */
export async function auditCommand(
  { db, clock }: OutcomeLog,
  actor: Actor,
  { action, kind, name, args, result }: CommandEntry & { result: CommandResult },
): Promise<void> {
  const { code, message, refusal } = result;
  const told = refusal ? { rule: refusal.rule, cure: refusal.cure } : {};
  await db.audit.append(
    deedOf(actor, {
      at: clock.nowMs(),
      action,
      object: { kind, name },
      outcome: outcomeWord(code, refusal),
      detail: { ...args, code, message, ...told },
    }),
  );
}

/** One attempt that reached no node. */
export async function auditRefusals(
  { db, clock }: OutcomeLog,
  actor: Actor,
  { action, kind, name, args, refusals }: CommandEntry & { refusals: readonly Refusal[] },
): Promise<void> {
  await db.audit.append(
    deedOf(actor, {
      at: clock.nowMs(),
      action,
      object: { kind, name },
      outcome: "refused",
      detail: { ...args, ...refusalDetail(refusals) },
    }),
  );
}

/** Codes with which a host says that it does not do it now. */
const refusedCodes = new Set<CommandResult["code"]>([
  "refused",
  "bad-params",
  "not-found",
  "stopped",
  "draining",
  "suspended",
]);

function outcomeWord(code: CommandResult["code"], refusal: Refusal | undefined): AuditOutcome {
  if (refusal || refusedCodes.has(code)) return "refused";
  return code === "failed" || code === "timeout" ? "failed" : "done";
}
