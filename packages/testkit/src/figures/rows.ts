/** What a bench measures: rows of figures, and how they are judged. */
import { median, quantile } from "./stats.ts";

/** A limit that a judged number keeps or not. */
export type Limit = { atMost: number } | { atLeast: number };

/** How a sample becomes one number. */
export type Statistic = "median" | "p99" | "max" | "min" | "sum";

export interface Row {
  /** Name of the figure, as `--only` takes it. */
  figure: string;
  what: string;
  unit: string;
  statistic: Statistic;
  /** Ours, one value per round. */
  ours: number[];
  /** What ours is measured against, in the same rounds; null when only a limit counts. */
  against: { name: string; values: number[] } | null;
  /** The number that is judged: ours, or ours divided by what it is measured against. */
  judged: "ours" | "ratio" | null;
  goal: Limit | null;
  /** Never worse than. */
  bound: Limit | null;
  note: string;
}

export type Verdict = "goal" | "bound" | "worse" | "told";

/** One number for a sample. */
export function reduce(values: readonly number[], statistic: Statistic): number {
  if (statistic === "median") return median(values);
  if (statistic === "p99") return quantile(values, 0.99);
  if (statistic === "max") return quantile(values, 1);
  if (statistic === "min") return quantile(values, 0);
  return values.reduce((sum, value) => sum + value, 0);
}

/** 0 against 0 counts as equal: no fault on either side. */
const ratio = (ours: number, against: number): number => (ours === 0 && against === 0 ? 1 : ours / against);

/**
 * The judged number of a row; null when the row only tells. A ratio of medians is the median of the ratios of the rounds:
 * what else happens on the machine touches both sides of a round, but not all rounds alike.
 */
export function valueOf({ ours, against, judged, statistic }: Row): number | null {
  if (judged === null) return null;
  if (judged === "ours" || against === null) return reduce(ours, statistic);
  if (statistic !== "median" || ours.length !== against.values.length)
    return ratio(reduce(ours, statistic), reduce(against.values, statistic));
  return median(ours.map((value, round) => ratio(value, against.values[round] ?? 0)));
}

function keeps(value: number, limit: Limit): boolean {
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** `goal`: reached. `bound`: not, but not worse than allowed. `worse`: not allowed. `told`: nothing to judge. */
export function verdictOf(row: Row): Verdict {
  const value = valueOf(row);
  if (value === null || row.goal === null) return "told";
  if (keeps(value, row.goal)) return "goal";
  return row.bound !== null && keeps(value, row.bound) ? "bound" : "worse";
}
