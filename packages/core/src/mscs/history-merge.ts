/**
 * One failover as both nodes saw it. They name it alike where both have seen its beginning; where one has not (its agent
 * was away, or the node was the one that died), the same move at the same time is the same failover.
 */
import type { FailoverRecord } from "./failovers.ts";
import { addStep, type Step } from "./history-steps.ts";

/** Clocks of the nodes, and one may have noticed the end only. */
const sameMs = 30_000;
/** Clocks, and the time that a view takes. */
const stepMs = 5_000;

/** All failovers of two nodes, each once, newest first. `a` and `b` may be given in any order. */
export function mergeFailovers(a: readonly FailoverRecord[], b: readonly FailoverRecord[]): FailoverRecord[] {
  const left = [...b];
  const take = (index: number) => (index < 0 ? undefined : left.splice(index, 1)[0]);
  const byId = a.map((record) => take(left.findIndex(({ id }) => id === record.id)));
  const merged = a.map((record, index) => {
    const other = byId[index] ?? take(left.findIndex((item) => isSame(record, item)));
    return other === undefined ? record : mergeOne(record, other);
  });
  return [...merged, ...left].sort((x, y) => y.startedAt - x.startedAt || (x.id < y.id ? -1 : 1));
}

/** Of two nodes, never of one: what a node tells as two is two. */
function isSame(a: FailoverRecord, b: FailoverRecord): boolean {
  if (a.group !== b.group || a.from !== b.from || a.to !== b.to || a.outcome !== b.outcome) return false;
  return distance(a.startedAt, b.startedAt) <= sameMs && distance(a.endedAt, b.endedAt) <= sameMs;
}

function distance(a: number | null, b: number | null): number {
  return a === null || b === null ? (a === b ? 0 : Number.POSITIVE_INFINITY) : Math.abs(a - b);
}

function mergeOne(a: FailoverRecord, b: FailoverRecord): FailoverRecord {
  const [best, other] = compare(a, b) <= 0 ? [a, b] : [b, a];
  const cause = byCertainty(best, other);
  return {
    ...best,
    id: a.id < b.id ? a.id : b.id,
    cause: cause.cause,
    detail: cause.detail,
    ...(cause.by === undefined ? {} : { by: cause.by }),
    startedAt: Math.min(a.startedAt, b.startedAt),
    steps: [...best.steps, ...other.steps.filter(({ at }) => at <= lastAt(best))].reduce<Step[]>(addStep, []),
  };
}

/** A node that came back later saw old changes anew: what it says of times after the end is no step. */
function lastAt({ endedAt }: FailoverRecord): number {
  return endedAt === null ? Number.POSITIVE_INFINITY : endedAt + stepMs;
}

/** The record of who saw it through comes first: online before other ends, ended before running, then who saw more. */
function compare(a: FailoverRecord, b: FailoverRecord): number {
  const rank = ({ outcome, endedAt }: FailoverRecord) =>
    outcome === "online" ? 0 : endedAt === null ? 2 : 1;
  const text = (record: FailoverRecord) => JSON.stringify(record);
  return rank(a) - rank(b) || b.steps.length - a.steps.length || (text(a) < text(b) ? -1 : 1);
}

/**
 * Who knows who ordered it knows the cause; then who knows a cause at all. A hand-made move is only a guess, and one that had been
 * away itself did not see why the owner lost the group.
 */
function byCertainty(best: FailoverRecord, other: FailoverRecord): FailoverRecord {
  const isGuess = ({ cause, from }: FailoverRecord) =>
    cause === "move" || (cause === "pair-start" && from !== null);
  const rank = (record: FailoverRecord) =>
    record.by !== undefined ? 0 : record.cause === "unknown" ? 3 : isGuess(record) ? 2 : 1;
  return rank(other) < rank(best) ? other : best;
}
