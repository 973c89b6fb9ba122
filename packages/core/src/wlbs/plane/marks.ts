/** What the kernel is to do with the buckets of a rule, with the counts that are asked for often. */
import { BUCKET_COUNT, MARK } from "../types.ts";

/** Never edited: a change makes a new one, so that equal ones stay one object and need not be compared. */
export interface Marks {
  /** One MARK per bucket. */
  marks: Uint8Array;
  owned: number;
  draining: number;
}

export function marksOf(marks: Uint8Array): Marks {
  const counts = [0, 0, 0];
  for (const mark of marks) counts[mark] = (counts[mark] ?? 0) + 1;
  return { marks, owned: counts[MARK.owned] ?? 0, draining: counts[MARK.draining] ?? 0 };
}

const uniform = (mark: number): Marks => marksOf(new Uint8Array(BUCKET_COUNT).fill(mark));

export const ALL_DRAINING = uniform(MARK.draining);
export const ALL_FOREIGN = uniform(MARK.foreign);

export function sameMarks(a: Marks, b: Marks): boolean {
  if (a === b) return true;
  if (a.owned !== b.owned || a.draining !== b.draining) return false;
  return a.marks.every((mark, bucket) => mark === b.marks[bucket]);
}

/**
 * New marks for every slot; null stays null. `change` is asked once for slots that have the same marks and the same
 * `with`; equal results become one object, and results equal to what was there are what was there.
 */
export function mapMarks<With>(
  slots: readonly (Marks | null)[],
  withOf: (slot: number) => With,
  change: (mark: number, bucket: number, given: With) => number,
): (Marks | null)[] {
  const made = new Map<Marks, Map<With, Marks>>();
  const known: Marks[] = [];
  return slots.map((before, slot) => {
    if (!before) return null;
    const given = withOf(slot);
    const ofMarks = made.get(before) ?? new Map<With, Marks>();
    made.set(before, ofMarks);
    const done = ofMarks.get(given);
    if (done) return done;
    const after = marksOf(before.marks.map((mark, bucket) => change(mark, bucket, given)));
    const kept = [before, ...known].find((other) => sameMarks(other, after)) ?? after;
    const one = known.find((other) => sameMarks(other, kept)) ?? kept;
    if (!known.includes(one)) known.push(one);
    ofMarks.set(given, one);
    return one;
  });
}
