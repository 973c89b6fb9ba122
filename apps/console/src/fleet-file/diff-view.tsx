/** What has changed in a fleet file, as places with a few lines around each. */
import { cn } from "@bulkhead/ui/cn.ts";
import { plural } from "@bulkhead/ui/format.ts";
import { hunksOf, lineDiff } from "./line-diff.ts";

const marks = { same: " ", added: "+", removed: "−" } as const;

export function DiffView({ label, before, after }: { label: string; before: string; after: string }) {
  const lines = lineDiff(before, after);
  const hunks = hunksOf(lines);
  const countOf = (kind: "added" | "removed") => lines.filter((line) => line.kind === kind).length;
  if (hunks.length === 0) return <p className="text-muted">Nothing has changed.</p>;
  return (
    <section aria-label={label} className="grid gap-2">
      <p className="text-dense text-muted">
        {plural(countOf("added"), "line")} more, {plural(countOf("removed"), "line")} less
      </p>
      {hunks.map((hunk) => (
        <pre
          key={`${hunk.line} ${hunk.lines[0]?.text}`}
          aria-label={`Change at line ${hunk.line}`}
          className="overflow-x-auto rounded-md border bg-surface py-1 font-mono text-[12.5px] leading-5"
        >
          {hunk.lines.map((line, i) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a diff are what they are by their place.
              key={i}
              className={cn(
                "block px-3",
                line.kind === "added" && "bg-active-soft",
                line.kind === "removed" && "bg-bad-soft text-text/75",
              )}
            >
              <span aria-hidden className="mr-3 inline-block w-3 text-muted select-none">
                {marks[line.kind]}
              </span>
              {line.kind === "same" ? null : <span className="sr-only">{line.kind}: </span>}
              {line.text}
            </span>
          ))}
        </pre>
      ))}
    </section>
  );
}
