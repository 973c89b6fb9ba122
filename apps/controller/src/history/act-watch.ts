/**
 * Audits how commands to pairs ended, once each, in the name of who gave them. Also those that were given on a node itself,
 * or by its policy.
 */
import type { AuditOutcome } from "@bulkhead/core/audit";
import type { MscsAct, MscsStatus } from "@bulkhead/core/mscs";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import { AttemptLimit } from "../attempt-limit.ts";
import { Turns } from "../turns.ts";
import { tellOnce } from "./told-once.ts";

export interface ActWatchOptions {
  db: Pick<Db, "mscs" | "change">;
  clock: Clock;
  log: Logger;
}

/** Ids of ended commands that are remembered as told; a status names at most 16. */
const toldMax = 1_000;

const outcomes: Record<Exclude<MscsAct["state"], "running">, AuditOutcome> = {
  done: "done",
  refused: "refused",
  failed: "failed",
  timeout: "failed",
};

export class ActWatch {
  readonly #options: ActWatchOptions;
  readonly #limit: AttemptLimit;
  readonly #turns = new Turns();
  readonly #told = new Set<string>();

  constructor(options: ActWatchOptions) {
    this.#options = options;
    this.#limit = new AttemptLimit(options.clock, { attempts: 60, windowMs: 60_000 });
  }

  /** Call it with every status of a node of a pair. */
  seen(node: string, { cluster, acts }: MscsStatus): void {
    for (const act of acts) this.ended({ pair: cluster, node, act });
  }

  /** Also for what a node answers at once. Ignores what still runs. */
  ended(row: { pair: string; node: string; act: MscsAct }): void {
    const { act, node } = row;
    const key = `${node} ${act.id}`;
    if (act.state === "running" || this.#told.has(key) || !this.#limit.allows(node)) return;
    this.#told.add(key);
    if (this.#told.size > toldMax) this.#told.delete([...this.#told][0] ?? "");
    this.#turns
      .take(() => this.#tell(row, outcomes[act.state as keyof typeof outcomes]))
      .catch((error: unknown) => {
        this.#told.delete(key);
        this.#options.log.error({ node, err: error }, "end of a command not audited");
      });
  }

  /** Resolves when everything that was seen is written. */
  async settled(): Promise<void> {
    await this.#turns.take(async () => {});
  }

  async #tell(row: { pair: string; node: string; act: MscsAct }, outcome: AuditOutcome): Promise<void> {
    const { db, clock } = this.#options;
    const { pair, node, act } = row;
    const begun = await db.mscs.act(act.id);
    // Both nodes take part in evict and rebuild; the act of the one that was noted at the beginning counts.
    if (begun && begun.node !== node) return;
    const actor = begun?.actor ?? { kind: "node" as const, id: node, name: node };
    const event = { at: clock.nowMs(), actor, outcome, ...deedOfEnd(row) };
    await tellOnce(db, event, (mscs) => mscs.endAct({ pair, node, act }));
  }
}

function deedOfEnd({ pair, node, act }: { pair: string; node: string; act: MscsAct }) {
  const { id, order, by, state, startedAt, endedAt, message, steps } = act;
  return {
    action: `mscs.${order.verb}`,
    object: {
      kind: order.object.kind === "pair" ? "mscs-cluster" : order.object.kind,
      name: order.object.name,
    },
    detail: {
      phase: "end",
      cluster: pair,
      node,
      id,
      by,
      state,
      message,
      tookMs: endedAt === null ? null : endedAt - startedAt,
      steps: steps.map(({ text }) => text),
    },
  };
}
