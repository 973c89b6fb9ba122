/**
 * From single outcomes of a health probe to its verdict: one outcome is an accident, `fall` or `rise` of them in a
 * row are a state. Pure; the agent asks, this judges.
 */
import type { Probe, RuleHealth } from "../types.ts";

export interface ProbeOutcome {
  ok: boolean;
  /** For people, for example "connection refused". */
  text: string;
}

export interface ProbeState {
  health: Exclude<RuleHealth, "none">;
  /** Outcomes in a row that speak against `health`. */
  against: number;
  /** The last word that supported the verdict. */
  text: string | null;
}

/** Before the first verdict: unknown, which counts as healthy. */
export const unjudged: ProbeState = { health: "unknown", against: 0, text: null };

/**
 * The state after one more outcome. The first success is a verdict at once, since unknown counts as healthy anyway;
 * a failing service needs `rise` successes in a row, any other one `fall` failures.
 */
export function judge(
  state: ProbeState,
  { rise, fall }: Pick<Probe, "rise" | "fall">,
  outcome: ProbeOutcome,
): ProbeState {
  const { health } = state;
  const word = outcome.ok ? "healthy" : "failing";
  if (word === health || (health === "unknown" && outcome.ok)) {
    return { health: word, against: 0, text: outcome.text };
  }
  const against = state.against + 1;
  const needed = outcome.ok ? rise : fall;
  return against >= needed ? { health: word, against: 0, text: outcome.text } : { ...state, against };
}
