/** Writes an end and its audit event in one transaction, unless somebody has told it before. */
import type { AuditEvent } from "@bulkhead/core/audit";
import type { Db, MscsHistoryWrites } from "@bulkhead/db";

class ToldBefore extends Error {}

/** `write` answers false when the end was known; then nothing is written. Resolves to whether it was told now. */
export async function tellOnce(
  db: Pick<Db, "change">,
  event: AuditEvent,
  write: (mscs: MscsHistoryWrites) => Promise<boolean>,
): Promise<boolean> {
  try {
    await db.change(async (tx) => {
      if (!(await write(tx.mscs))) throw new ToldBefore();
      tx.audit.append(event);
    });
    return true;
  } catch (error) {
    if (error instanceof ToldBefore) return false;
    throw error;
  }
}
