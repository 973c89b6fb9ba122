/** Rows of the bench as a table for a terminal. Pure. */
import { type Limit, type Row, reduce, type Verdict, valueOf, verdictOf } from "./rows.ts";

const words: Record<Verdict, string> = {
  goal: "goal reached",
  bound: "within bound",
  worse: "WORSE",
  told: "",
};

const head = ["figure", "what", "ours", "against", "judged", "goal", "never worse", "verdict"];

/** Three significant digits: what a bench on a busy machine can tell at most. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Number.isInteger(value) && Math.abs(value) < 100_000) return `${value}`;
  if (Math.abs(value) >= 10_000) return `${Math.round(value / 100) / 10} k`;
  return `${Number(value.toPrecision(3))}`;
}

function limitText(limit: Limit | null, mark: string): string {
  if (limit === null) return "";
  return "atMost" in limit ? `<= ${limit.atMost}${mark}` : `>= ${limit.atLeast}${mark}`;
}

function sampleText(values: readonly number[], row: Row): string {
  const value = short(reduce(values, row.statistic));
  if (values.length < 2) return value;
  return `${value} (${short(Math.min(...values))}-${short(Math.max(...values))})`;
}

function cells(row: Row): string[] {
  const mark = row.judged === "ratio" ? "x" : "";
  const value = valueOf(row);
  const statistic = row.ours.length > 1 ? `, ${row.statistic} of ${row.ours.length}` : "";
  return [
    row.figure,
    `${row.what} [${row.unit}${statistic}]`,
    sampleText(row.ours, row),
    row.against ? `${row.against.name}: ${sampleText(row.against.values, row)}` : "",
    value === null ? "" : `${short(value)}${mark}`,
    limitText(row.goal, mark),
    limitText(row.bound, mark),
    words[verdictOf(row)],
  ];
}

/** The table, one line per row, then the notes. */
export function tableText(rows: readonly Row[]): string {
  const lines = [head, ...rows.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const texts = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const notes = [
    ...new Set(rows.filter(({ note }) => note !== "").map((row) => `${row.figure}: ${row.note}`)),
  ];
  return [
    texts[0],
    widths.map((width) => "-".repeat(width)).join("  "),
    ...texts.slice(1),
    "",
    ...notes,
  ].join("\n");
}
