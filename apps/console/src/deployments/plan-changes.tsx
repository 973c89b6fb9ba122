/** What changes on each node, in plain sentences. */
import { cn } from "@bulkhead/ui/cn.ts";
import type { Outputs } from "../api/trpc.ts";

type Change = NonNullable<Outputs["plans"]["create"]["report"]["plan"]>["changes"][number];

const words: Record<Change["after"], string> = {
  wlbs: "WLBS host",
  mscs: "MSCS node",
  witness: "witness",
  none: "no service",
};

export function PlanChanges({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="divide-y rounded-md border bg-surface">
      {changes.map((change) => (
        <li key={change.node} className="px-4 py-2.5">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{change.node}</span>
            <span
              className={cn(
                "text-dense",
                change.after === "wlbs" ? "text-front" : change.after === "mscs" ? "text-back" : "text-muted",
              )}
            >
              {change.before && change.before !== change.after
                ? `${words[change.before]} becomes ${words[change.after]}`
                : words[change.after]}
            </span>
          </p>
          <ul className="mt-1 grid list-disc gap-0.5 pl-5 text-dense marker:text-muted">
            {change.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
