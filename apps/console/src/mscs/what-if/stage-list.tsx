/** The steps of a prediction: what stands in one row happens together, before the next row begins. */
import type { PredictedStep } from "@bulkhead/core/mscs";
import { cn } from "@bulkhead/ui/cn.ts";
import { Play, Power, Square } from "lucide-react";
import type { Stage } from "./foretold.ts";

const words: Record<PredictedStep["action"], string> = {
  fence: "is fenced",
  stop: "goes offline",
  start: "comes online",
};

export function StageList({ stages }: { stages: readonly Stage[] }) {
  if (stages.length === 0) return <p className="text-muted">Nothing is stopped, nothing is started.</p>;
  return (
    <section aria-label="In which order" className="grid gap-1.5">
      <h4 className="text-dense font-medium">In which order</h4>
      <ol className="grid gap-1 text-dense">
        {stages.map((stage, i) => (
          <li key={stage.order} className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-2">
            <span className="text-right text-muted">{i + 1}.</span>
            <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
              {stage.steps.map((step) => (
                <li
                  key={`${step.action} ${step.object} ${step.node}`}
                  className="inline-flex items-center gap-1.5"
                >
                  <StepIcon action={step.action} />
                  <span className={cn("font-medium", step.action === "fence" && "text-bad")}>
                    {step.object}
                  </span>
                  <span className="text-muted">
                    {words[step.action]}
                    {step.action === "fence" ? "" : ` on ${step.node}`}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepIcon({ action }: { action: PredictedStep["action"] }) {
  if (action === "fence") return <Power aria-hidden className="size-3.5 text-bad" />;
  if (action === "stop") return <Square aria-hidden className="size-3 text-muted" />;
  return <Play aria-hidden className="size-3 text-ok-text" />;
}
