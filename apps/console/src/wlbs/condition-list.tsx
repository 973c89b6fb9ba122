/** Conditions of many hosts as a short list: worst first, the odd ones by name. */
import { cn } from "@bulkhead/ui/cn.ts";
import { State } from "@bulkhead/ui/state.tsx";
import type { Condition } from "../states/condition.ts";
import { conditionLines } from "./condition-lines.ts";

/** @param label names the list for screen readers. */
export function ConditionList({
  hosts,
  label,
  className,
}: {
  hosts: readonly { node: string; condition: Condition }[];
  label: string;
  className?: string;
}) {
  return (
    <ul aria-label={label} className={cn("grid text-dense", className)}>
      {conditionLines(hosts).map(({ role, word, who }) => (
        <li key={word} className="flex flex-wrap items-center gap-x-1.5">
          <State role={role} word={word} /> <span className="text-muted">{who}</span>
        </li>
      ))}
    </ul>
  );
}
