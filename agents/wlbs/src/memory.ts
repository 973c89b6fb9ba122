/**
 * The two things a host must not forget over a restart: what the admin last asked of it, and which incarnations
 * it has used up. Nothing else is kept; the cluster tells the rest.
 */
import { join } from "node:path";
import type { Wanted } from "@bulkhead/core/wlbs";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";
import { createLedger, errorText, type Ledger } from "@bulkhead/runtime";

const runs: readonly unknown[] = ["started", "stopped", "draining", "suspended"] satisfies Wanted["run"][];

interface Remembered {
  /** Null: no command so far. */
  wanted: Wanted | null;
  incarnation: number;
}

export class Memory {
  readonly #ledger: Ledger<Remembered>;
  #now: Remembered;
  #isKept = true;
  /** Why an unreadable file was not used, or why the latest wish is not on the disk; null when all is well. */
  problem: string | null;

  constructor(stateDir: string) {
    this.#ledger = createLedger(join(stateDir, "wlbs.json"), parseRemembered);
    const entry = this.#ledger.read();
    this.problem = entry.kind === "torn" ? entry.problem : null;
    const found = entry.kind === "good" ? entry.value : entry.kind === "torn" ? entry.lastGood : null;
    this.#now = found ?? { wanted: null, incarnation: 0 };
  }

  get wanted(): Wanted | null {
    return this.#now.wanted;
  }

  /** Never throws: on a full disk the wish holds in this life, and `problem` says so until it could be written. */
  remember(wanted: Wanted): void {
    if (JSON.stringify(wanted) !== JSON.stringify(this.#now.wanted)) this.#write({ ...this.#now, wanted });
  }

  /** A number that this host has never used: the clock, unless that was set back. */
  nextIncarnation(nowMs: number): number {
    const incarnation = Math.max(Math.floor(nowMs), this.#now.incarnation + 1);
    this.#write({ ...this.#now, incarnation });
    return incarnation;
  }

  /** Writes what could not be written before. */
  retry(): void {
    if (!this.#isKept) this.#write(this.#now);
  }

  /** For a node that is released. */
  forget(): void {
    this.#ledger.remove();
  }

  #write(next: Remembered): void {
    this.#now = next;
    try {
      this.#ledger.write(next);
      this.#isKept = true;
      this.problem = null;
    } catch (error) {
      this.#isKept = false;
      this.problem = `What was asked of this host cannot be kept over a restart: ${errorText(error)}. Make ${this.#ledger.path} writable again; it is tried every second.`;
    }
  }
}

function parseRemembered(plain: unknown): Parsed<Remembered> {
  const { wanted: found, incarnation } = fieldsOf(plain);
  const wanted = found === null ? null : wantedOf(found);
  if (wanted === undefined || !Number.isSafeInteger(incarnation)) return unreadable("unknown fields");
  return parsed({ wanted, incarnation: incarnation as number });
}

/** Undefined when it is none. Versions without commands for port rules wrote the word alone. */
function wantedOf(plain: unknown): Wanted | undefined {
  const { run, rules = {}, voters = [] } = typeof plain === "string" ? { run: plain } : fieldsOf(plain);
  const areRules = Object.values(fieldsOf(rules)).every(
    (state) => state === "disabled" || state === "draining",
  );
  if (!runs.includes(run) || !areRules || !Array.isArray(voters) || !voters.every(areVoters))
    return undefined;
  return { run, rules, ...(voters.length > 0 ? { voters } : {}) } as Wanted;
}

/** Those whose majority counted in one formation of the cluster. */
function areVoters(plain: unknown): boolean {
  const { lineage, epoch, members } = fieldsOf(plain);
  const { counter, coordinator } = fieldsOf(epoch);
  const areMembers =
    Array.isArray(members) &&
    members.every((member) => {
      const { hostId, incarnation } = fieldsOf(member);
      return [hostId, incarnation].every(Number.isSafeInteger);
    });
  return areMembers && [lineage, counter, coordinator].every(Number.isSafeInteger);
}

function fieldsOf(plain: unknown): Record<string, unknown> {
  return typeof plain === "object" && plain !== null ? { ...plain } : {};
}
