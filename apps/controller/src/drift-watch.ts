/**
 * Writes an audit event when a violation appears in reality, and another when it is gone: the wall (R2-R5), and
 * findings of severity error of the WLBS hosts.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import { AttemptLimit } from "./attempt-limit.ts";
import { refusalDetail, systemDeed } from "./audit.ts";
import { violationKey } from "./live/violations.ts";

export interface DriftWatchOptions {
  db: Pick<Db, "audit">;
  /** All violations of the moment. */
  find(): readonly Refusal[];
  clock: Clock;
  log: Logger;
}

export class DriftWatch {
  readonly #options: DriftWatchOptions;
  /** What flaps is in the picture every second; the log takes a bounded number of its changes. */
  readonly #limit: AttemptLimit;
  #open = new Map<string, Refusal>();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    this.#limit = new AttemptLimit(options.clock, { attempts: 60, windowMs: 60_000 });
  }

  /** Call it after every inventory, after every change of the plan, and once a second. */
  check(): void {
    const found = new Map(
      this.#options.find().map((violation) => [violationKey(violation), violation] as const),
    );
    for (const [key, violation] of found) if (!this.#open.has(key)) this.#note("violation.open", violation);
    for (const [key, violation] of this.#open) if (!found.has(key)) this.#note("violation.close", violation);
    this.#open = found;
  }

  #note(action: "violation.open" | "violation.close", violation: Refusal): void {
    const { db, clock, log } = this.#options;
    log.warn({ action, rule: violation.rule, said: violation.message }, "violation in reality");
    if (!this.#limit.allows(violation.rule)) return;
    const [object] = violation.objects;
    db.audit
      .append(
        systemDeed({
          at: clock.nowMs(),
          action,
          object: { kind: object?.kind ?? "fleet", name: object?.name ?? "fleet" },
          outcome: action === "violation.open" ? "failed" : "done",
          detail: refusalDetail([violation]),
        }),
      )
      .catch((error: unknown) => log.error({ err: error }, "violation not audited"));
  }
}
