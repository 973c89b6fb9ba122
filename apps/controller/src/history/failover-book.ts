/**
 * The history of failovers: both nodes of a pair report the last few, the database keeps them for good, and the end of each
 * is audited once, with its cause.
 */
import type { FailoverRecord, MscsStatus } from "@bulkhead/core/mscs";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import { AttemptLimit } from "../attempt-limit.ts";
import { Turns } from "../turns.ts";
import { joinFailovers } from "./join-failovers.ts";
import { tellOnce } from "./told-once.ts";

/** Rows of the live picture; `mscs.history` has all. */
const recentMax = 32;
/** A little more than a year, so that last year's is there for comparison. */
export const keepMs = 400 * 24 * 3_600_000;
const forgetEveryMs = 24 * 3_600_000;

export interface FailoverBookOptions {
  db: Pick<Db, "mscs" | "change">;
  clock: Clock;
  log: Logger;
}

export class FailoverBook {
  readonly #options: FailoverBookOptions;
  readonly #limit: AttemptLimit;
  readonly #turns = new Turns();
  readonly #pairs = new Map<string, FailoverRecord[]>();
  /** By `pair id`: the form that was written last, so that a report that says nothing new costs nothing. */
  readonly #written = new Map<string, string>();
  #forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(options: FailoverBookOptions) {
    this.#options = options;
    this.#limit = new AttemptLimit(options.clock, { attempts: 60, windowMs: 60_000 });
  }

  /** Reads what earlier runs have kept. */
  async open(pairs: readonly string[]): Promise<void> {
    for (const pair of pairs) {
      const query = { pair, group: null, before: null, limit: recentMax };
      this.#pairs.set(pair, await this.#options.db.mscs.failovers(query));
    }
  }

  /** Newest first, at most 32. */
  recent(pair: string): readonly FailoverRecord[] {
    return this.#pairs.get(pair) ?? [];
  }

  /** Call it with every status of a node of a pair. */
  seen(node: string, { cluster, failovers }: MscsStatus): void {
    const known = this.#pairs.get(cluster) ?? [];
    const joined = joinFailovers(known, failovers);
    this.#pairs.set(cluster, joined.slice(0, recentMax));
    for (const record of joined) this.#keep(node, cluster, record);
  }

  /** Resolves when everything that was seen is written. */
  async settled(): Promise<void> {
    await this.#turns.take(async () => {});
  }

  #keep(node: string, pair: string, record: FailoverRecord): void {
    // A quiet pair may report what is older than what is kept: it would be told anew each time it is forgotten.
    if (record.startedAt < this.#options.clock.nowMs() - keepMs) return;
    const key = `${pair} ${record.id}`;
    const text = JSON.stringify(record);
    if (this.#written.get(key) === text) return;
    this.#written.set(key, text);
    this.#turns
      .take(() => this.#write(node, pair, record))
      .catch((error: unknown) => {
        this.#written.delete(key);
        this.#options.log.error({ pair, err: error }, "failover not kept");
      });
  }

  async #write(node: string, pair: string, record: FailoverRecord): Promise<void> {
    const { db, clock } = this.#options;
    await this.#forget();
    const isTold = record.endedAt === null || !this.#limit.allows(pair);
    if (isTold) return await db.mscs.noteFailover(pair, record);
    const event = { at: clock.nowMs(), ...deedOfFailover(node, pair, record) };
    if (await tellOnce(db, event, (mscs) => mscs.endFailover(pair, record))) return;
    await db.mscs.noteFailover(pair, record);
  }

  async #forget(): Promise<void> {
    const { db, clock } = this.#options;
    if (clock.monotonicMs() - this.#forgottenMs < forgetEveryMs) return;
    this.#forgottenMs = clock.monotonicMs();
    this.#written.clear();
    await db.mscs.forgetBefore(clock.nowMs() - keepMs);
  }
}

function deedOfFailover(node: string, pair: string, record: FailoverRecord) {
  const { id, group, cause, detail, by = null, from, to, startedAt, endedAt, outcome } = record;
  return {
    actor: { kind: "node" as const, id: node, name: node },
    action: "mscs.failover",
    object: { kind: "group", name: group },
    outcome: outcome === "failed" ? ("failed" as const) : ("done" as const),
    detail: {
      cluster: pair,
      id,
      cause,
      said: detail,
      ...(by === null ? {} : { by }),
      from,
      to,
      state: outcome,
      startedAt: new Date(startedAt).toISOString(),
      tookMs: endedAt === null ? null : endedAt - startedAt,
    },
  };
}
