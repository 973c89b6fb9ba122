/** Two cells before and two after: every group as a chip where it is and where it would be. */
import type { GroupOutcome, Prediction } from "@bulkhead/core/mscs";
import { cn } from "@bulkhead/ui/cn.ts";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { ArrowRight } from "lucide-react";
import { isFelt, verdictWords } from "./foretold.ts";

interface BeforeAfterProps {
  nodes: readonly string[];
  prediction: Prediction;
}

export function BeforeAfter({ nodes, prediction }: BeforeAfterProps) {
  return (
    <div className="grid items-center gap-3 md:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
      <Capsule title="Now" nodes={nodes} groups={prediction.groups} side="from" fenced={[]} />
      <ArrowRight aria-hidden className="mx-auto size-5 text-muted max-md:rotate-90" />
      <Capsule title="Then" nodes={nodes} groups={prediction.groups} side="to" fenced={prediction.fenced} />
    </div>
  );
}

interface CapsuleProps {
  title: string;
  nodes: readonly string[];
  groups: readonly GroupOutcome[];
  side: "from" | "to";
  fenced: readonly string[];
}

function Capsule({ title, nodes, groups, side, fenced }: CapsuleProps) {
  const homeless = groups.filter((group) => group[side] === null);
  return (
    <figure aria-label={title} className="grid gap-1">
      <figcaption className="text-[12px] text-muted">{title}</figcaption>
      <div className="grid grid-cols-2 overflow-hidden rounded-[16px] border border-back-line bg-surface">
        {nodes.map((node, i) => (
          <div
            key={node}
            className={cn(
              "min-h-20 px-3.5 py-2.5",
              i > 0 && "border-l border-back-line",
              fenced.includes(node) && "bg-bad-soft",
            )}
          >
            <p className="flex flex-wrap justify-between gap-x-2 text-dense font-medium">
              {node}
              {fenced.includes(node) ? <span className="font-normal text-bad">fenced</span> : null}
            </p>
            <Chips groups={groups.filter((group) => group[side] === node)} side={side} />
          </div>
        ))}
      </div>
      {homeless.length > 0 ? (
        <div className="flex flex-wrap items-center gap-2 text-dense text-muted">
          On no node: <Chips groups={homeless} side={side} />
        </div>
      ) : null}
    </figure>
  );
}

function Chips({ groups, side }: { groups: readonly GroupOutcome[]; side: "from" | "to" }) {
  return (
    <ul className="mt-1.5 flex flex-wrap gap-1.5">
      {groups.map((outcome) => {
        const { role } = verdictWords[outcome.verdict];
        const isChanged = side === "to" && isFelt(outcome);
        return (
          <li
            key={outcome.group}
            className={cn(
              "inline-flex items-center gap-1.5 rounded-md border border-back-line bg-back-soft px-2 py-0.5 text-dense",
              isChanged && role === "bad" && "border-bad-line bg-bad-soft",
              isChanged && role === "active" && "border-active bg-active-soft",
            )}
          >
            {isChanged ? <StateIcon role={role === "active" ? "ok" : role} /> : null}
            {outcome.group}
          </li>
        );
      })}
    </ul>
  );
}
