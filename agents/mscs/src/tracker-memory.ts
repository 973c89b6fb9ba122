/** The history of failovers, kept over restarts of the agent and of the node. */
import { join } from "node:path";
import { emptyHistory, type FailoverHistory } from "@bulkhead/core/mscs";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";
import { createLedger, errorText, type Logger } from "@bulkhead/runtime";

export interface TrackerMemory {
  /** What was kept; an empty history when there is none, or it cannot be read. */
  load(): FailoverHistory;
  /** Writes what has to outlive this process, if that has changed. Never throws: on a full disk it holds in this life. */
  keep(history: FailoverHistory): void;
  /** Why the history cannot be kept at present; null = it is. */
  problem(): string | null;
}

/** Alerts and the last view are of the moment: they are not kept. */
type Kept = Pick<FailoverHistory, "records" | "open" | "groups" | "resets">;

export function createTrackerMemory(stateDir: string, log: Logger): TrackerMemory {
  const ledger = createLedger(join(stateDir, "failovers.json"), parseKept);
  let written = "";
  let problem: string | null = null;
  return {
    load() {
      const entry = ledger.read();
      if (entry.kind === "torn") log.warn({ problem: entry.problem }, "the history of failovers is damaged");
      const kept = entry.kind === "good" ? entry.value : entry.kind === "torn" ? entry.lastGood : null;
      return { ...emptyHistory, ...kept };
    },
    keep({ records, open, groups, resets }) {
      const kept: Kept = { records, open, groups, resets };
      const text = JSON.stringify({ ...kept, groups: lasting(groups) });
      if (text === written) return;
      try {
        ledger.write(kept);
        written = text;
        problem = null;
      } catch (error) {
        problem = `The history of failovers cannot be kept over a restart: ${errorText(error)}. Make ${ledger.path} writable again`;
      }
    },
    problem: () => problem,
  };
}

/** Without the time of the last look, which changes all the time and alone is not worth a write. */
function lasting(groups: FailoverHistory["groups"]): unknown {
  return Object.entries(groups).map(([name, settled]) => [name, { ...settled, at: 0 }]);
}

function parseKept(plain: unknown): Parsed<Kept> {
  if (typeof plain !== "object" || plain === null) return unreadable("no object");
  const { records, open, groups, resets } = plain as Partial<Kept>;
  const isWhole =
    Array.isArray(records) &&
    [open, groups, resets].every((part) => typeof part === "object" && part !== null);
  return isWhole ? parsed({ records, open, groups, resets } as Kept) : unreadable("unknown fields");
}
