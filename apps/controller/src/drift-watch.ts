/** Writes an audit event when a violation of the wall appears in reality, and another when it is gone. */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import { refusalDetail, systemDeed } from "./audit.ts";
import { driftKey, findDrift } from "./live/drift.ts";
import type { LiveFleet } from "./live/live-fleet.ts";
import { observedNodes } from "./live/snapshot.ts";
import type { World } from "./world.ts";

export interface DriftWatchOptions {
  db: Pick<Db, "audit">;
  world: World;
  live: LiveFleet;
  clock: Clock;
  log: Logger;
}

export class DriftWatch {
  readonly #options: DriftWatchOptions;
  #open = new Map<string, Refusal>();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
  }

  /** Call it after every inventory and every change of the plan. */
  check(): void {
    const { world, live } = this.#options;
    const found = new Map(
      findDrift(observedNodes(world, live)).map((violation) => [driftKey(violation), violation]),
    );
    for (const [key, violation] of found) if (!this.#open.has(key)) this.#note("violation.open", violation);
    for (const [key, violation] of this.#open) if (!found.has(key)) this.#note("violation.close", violation);
    this.#open = found;
  }

  #note(action: "violation.open" | "violation.close", violation: Refusal): void {
    const { db, clock, log } = this.#options;
    log.warn({ action, rule: violation.rule, said: violation.message }, "placement in reality");
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
