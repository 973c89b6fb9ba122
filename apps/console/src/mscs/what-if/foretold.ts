/** What a prediction says, in order and in words. Pure. */
import type { WhatIfAnswer } from "@bulkhead/api";
import type { GroupOutcome, PredictedStep, Prediction } from "@bulkhead/core/mscs";
import { plural } from "@bulkhead/ui/format.ts";
import type { StateRole } from "@bulkhead/ui/state.tsx";

export const verdictWords: Record<GroupOutcome["verdict"], { role: StateRole; word: string }> = {
  stops: { role: "bad", word: "Stops" },
  partial: { role: "warn", word: "Partly stops" },
  moves: { role: "active", word: "Moves" },
  restarts: { role: "active", word: "Restarts" },
  starts: { role: "active", word: "Starts" },
  stays: { role: "ok", word: "Stays" },
  offline: { role: "off", word: "Stays offline" },
};

const calmVerdicts: readonly GroupOutcome["verdict"][] = ["stays", "offline"];

/** Does anything happen to the group. */
export const isFelt = ({ verdict }: GroupOutcome) => !calmVerdicts.includes(verdict);

/** What is felt first, then by name. */
export function worstFirst(groups: readonly GroupOutcome[]): GroupOutcome[] {
  const order = Object.keys(verdictWords);
  return groups.toSorted(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || a.group.localeCompare(b.group),
  );
}

/** One sentence over all groups: "1 group moves, 1 stops, 2 stay." */
export function summaryOf({ groups, hasQuorum }: Prediction): string {
  if (groups.length === 0) return "The pair has no groups.";
  const counted = worstFirst(groups).reduce<Map<string, number>>(
    (sums, { verdict }) => sums.set(verdict, (sums.get(verdict) ?? 0) + 1),
    new Map(),
  );
  const parts = [...counted].map(([verdict, n], i) => {
    const word = verdictWords[verdict as GroupOutcome["verdict"]].word.toLowerCase();
    return `${i === 0 ? plural(n, "group") : n} ${n === 1 ? word : pluralVerb(word)}`;
  });
  return `${hasQuorum ? "" : "What is left has no quorum: "}${parts.join(", ")}.`;
}

/** "moves" to "move", "partly stops" to "partly stop", "stays offline" to "stay offline". */
function pluralVerb(word: string): string {
  return word.replace(/s( offline)?$/, "$1");
}

export interface Stage {
  order: number;
  /** Fences first, then stops, then starts. */
  steps: PredictedStep[];
}

const actions: readonly PredictedStep["action"][] = ["fence", "stop", "start"];

/** Steps that happen together, in the order in which they happen. */
export function stagesOf(steps: readonly PredictedStep[]): Stage[] {
  const orders = [...new Set(steps.map(({ order }) => order))].sort((a, b) => a - b);
  return orders.map((order) => ({
    order,
    steps: steps
      .filter((step) => step.order === order)
      .toSorted((a, b) => actions.indexOf(a.action) - actions.indexOf(b.action)),
  }));
}

export type Agreement = { role: StateRole; text: string };

/** Whether the two models say the same. */
export function agreementOf({ engine, differences }: WhatIfAnswer): Agreement {
  if (engine === null)
    return {
      role: "off",
      text: "Pacemaker's own scheduler was not asked: no node of the pair could answer. This is Bulkhead's model alone.",
    };
  if (differences.length === 0)
    return { role: "ok", text: "Pacemaker's own scheduler says the same about owners and order." };
  return {
    role: "warn",
    text: "Pacemaker's own scheduler says otherwise. It decides, so count on what it says:",
  };
}

/** "0.6 s last time, 0.5 to 1.2 s over the last 5"; null = it has not happened yet. */
export function tookText(tookMs: readonly number[] | undefined): string | null {
  const [last] = tookMs ?? [];
  if (tookMs === undefined || last === undefined) return null;
  if (tookMs.length === 1) return `${seconds(last)} last time`;
  return `${seconds(last)} last time, ${seconds(Math.min(...tookMs))} to ${seconds(Math.max(...tookMs))} over the last ${tookMs.length}`;
}

/** "0.62 s", "4.1 s", "95 s": failovers are short, so tenths count. */
export function seconds(ms: number): string {
  const s = ms / 1000;
  return `${s < 1 ? s.toFixed(2) : s < 10 ? s.toFixed(1) : s.toFixed(0)} s`;
}
