/**
 * The two things a host must not forget over a restart: what the admin last asked of it, and which incarnations
 * it has used up. Nothing else is kept; the cluster tells the rest.
 */
import { join } from "node:path";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";
import { createLedger, type Ledger } from "@bulkhead/runtime";

/** `draining`: a drain was under way; it goes on after the restart. Null: no command so far. */
export type Wanted = "started" | "draining" | "stopped" | null;

interface Remembered {
  wanted: Wanted;
  incarnation: number;
}

export class Memory {
  readonly #ledger: Ledger<Remembered>;
  #now: Remembered;
  /** Why an unreadable file was not used, for the log. */
  readonly problem: string | null;

  constructor(stateDir: string) {
    this.#ledger = createLedger(join(stateDir, "wlbs.json"), parseRemembered);
    const entry = this.#ledger.read();
    this.problem = entry.kind === "torn" ? entry.problem : null;
    const found = entry.kind === "good" ? entry.value : entry.kind === "torn" ? entry.lastGood : null;
    this.#now = found ?? { wanted: null, incarnation: 0 };
  }

  get wanted(): Wanted {
    return this.#now.wanted;
  }

  set wanted(wanted: Wanted) {
    if (wanted !== this.#now.wanted) this.#write({ ...this.#now, wanted });
  }

  /** A number that this host has never used: the clock, unless that was set back. */
  nextIncarnation(nowMs: number): number {
    const incarnation = Math.max(Math.floor(nowMs), this.#now.incarnation + 1);
    this.#write({ ...this.#now, incarnation });
    return incarnation;
  }

  /** For a node that is released. */
  forget(): void {
    this.#ledger.remove();
  }

  #write(next: Remembered): void {
    this.#now = next;
    this.#ledger.write(next);
  }
}

function parseRemembered(plain: unknown): Parsed<Remembered> {
  const { wanted, incarnation } = (plain ?? {}) as Record<string, unknown>;
  const known: readonly unknown[] = ["started", "draining", "stopped", null];
  if (!known.includes(wanted) || !Number.isSafeInteger(incarnation)) return unreadable("unknown fields");
  return parsed({ wanted: wanted as Wanted, incarnation: incarnation as number });
}
