/** The errors that this package throws on purpose. Everything else that leaves it is a fault of the database. */
import type { Refusal } from "@bulkhead/core/fleet";

/** A constraint of the schema refused a change; the transaction was rolled back. */
export class RefusedByDatabase extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`${refusal.rule}: ${refusal.message}. ${refusal.cure}`);
    this.name = "RefusedByDatabase";
    this.refusal = refusal;
  }
}

/** A change appended no audit event and was rolled back: a mistake of the caller. */
export class ChangeWithoutAudit extends Error {
  constructor() {
    super("A change must append at least one audit event; nothing was stored.");
    this.name = "ChangeWithoutAudit";
  }
}
