/** Which lines two texts do not share. Pure. */

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Above this many cells the middle is told as replaced: nobody reads such a diff line by line. */
const cellsMax = 4_000_000;

/** The shortest way from one text to the other, in lines. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [
    ...a.slice(0, head).map((text): DiffLine => ({ kind: "same", text })),
    ...middleDiff(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map((text): DiffLine => ({ kind: "same", text })),
  ];
}

function middleDiff(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > cellsMax) return [...all(a, "removed"), ...all(b, "added")];
  const lengths = commonLengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))
    ) {
      lines.push({ kind: "removed", text: left });
      i += 1;
    } else {
      lines.push({ kind: "added", text: right ?? "" });
      j += 1;
    }
  }
  return lines;
}

const all = (lines: readonly string[], kind: DiffLine["kind"]) =>
  lines.map((text): DiffLine => ({ kind, text }));
const at = (lengths: readonly Uint32Array[], i: number, j: number) => lengths[i]?.[j] ?? 0;

/** Lengths of the longest common rests. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j -= 1)
      row[j] =
        a[i] === b[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), row[j + 1] ?? 0);
  }
  return lengths;
}

export interface Hunk {
  /** Number of its first line in the new text, from 1. */
  line: number;
  lines: DiffLine[];
}

/** The changed places with a few lines around each. */
export function hunksOf(lines: readonly DiffLine[], around = 2): Hunk[] {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some(({ kind }) => kind !== "same"),
  );
  const hunks: Hunk[] = [];
  let number = 1;
  lines.forEach((line, i) => {
    if (near[i]) {
      if (!near[i - 1]) hunks.push({ line: number, lines: [] });
      hunks.at(-1)?.lines.push(line);
    }
    if (line.kind !== "removed") number += 1;
  });
  return hunks;
}
