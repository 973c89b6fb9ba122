/** The results of the matrix as a table. Pure. */
import type { Fault } from "./faults.ts";
import type { RoundResult } from "./round.ts";

const head = [
  "fault",
  "what",
  "has to",
  "rounds",
  "well",
  "outage median",
  "worst",
  "lost rows",
  "lost messages",
  "twice",
];

const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "for good");

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[sorted.length >> 1] ?? 0) + (sorted[(sorted.length - 1) >> 1] ?? 0)) / 2;
}

const sumOf = (values: readonly (number | null)[]): string =>
  values.includes(null) ? "unknown" : `${values.reduce<number>((sum, value) => sum + (value ?? 0), 0)}`;

function cells(fault: Fault, results: readonly RoundResult[]): string[] {
  const outages = results.map(({ outageMs }) => outageMs ?? Number.POSITIVE_INFINITY);
  return [
    fault.name,
    fault.what,
    fault.expected === "heals" ? "wait" : fault.expected.slice(0, -1),
    `${results.length}`,
    `${results.filter(({ problems }) => problems.length === 0).length}`,
    seconds(medianOf(outages)),
    seconds(Math.max(...outages)),
    sumOf(results.map(({ missingWrites }) => missingWrites)),
    results.every(({ messages }) => messages === 0)
      ? "-"
      : sumOf(results.map(({ missingMessages }) => missingMessages)),
    `${results.filter(({ doubles }) => doubles.length > 0).length}`,
  ];
}

/** One line per fault, then a line per round that was not well. */
export function faultTable(faults: readonly Fault[], results: readonly RoundResult[]): string {
  const done = faults.filter(({ name }) => results.some(({ fault }) => fault === name));
  const of = (fault: Fault) => results.filter((result) => result.fault === fault.name);
  const rows = [head, ...done.map((fault) => cells(fault, of(fault)))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const complaints = results.flatMap(({ fault, round, problems }) =>
    problems.map((problem) => `${fault}, round ${round}: ${problem}`),
  );
  return [
    lines[0],
    widths.map((width) => "-".repeat(width)).join("  "),
    ...lines.slice(1),
    "",
    ...complaints,
  ].join("\n");
}
