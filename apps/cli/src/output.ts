/** What commands print: aligned tables and sentences for people, one JSON value for programs. */
import type { Refusal } from "@bulkhead/core/fleet";

/** Columns are as wide as their widest cell; the last one is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head.map((title) => title.toUpperCase())), ...rows.map(line)].join("\n");
}

/** A refusal as four lines: what, why, what to do, which objects. */
export function refusalText(refusal: Refusal): string {
  const mark = refusal.severity === "error" ? "refused" : "warning";
  return [
    `${mark} ${refusal.rule}: ${refusal.message}`,
    `  why:  ${refusal.reason}`,
    `  cure: ${refusal.cure}`,
    `  on:   ${refusal.objects.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`,
  ].join("\n");
}

/** Prints `value` as JSON, or what `text` makes of it. */
export function print<T>(json: boolean, value: T, text: (value: T) => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text(value)}\n`);
}

/** "12 s ago", "3 min ago"; null = "never". */
export function ago(at: number | null, now = Date.now()): string {
  if (at === null) return "never";
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3600)} h ago`;
}
