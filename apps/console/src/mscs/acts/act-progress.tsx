"use client";
/** One order while it is carried out, and after: state, what is awaited, every step with its time. */
import type { MscsAct } from "@bulkhead/core/mscs";
import { State } from "@bulkhead/ui/state.tsx";
import { useNow } from "@bulkhead/ui/time-ago.tsx";
import { seconds } from "../what-if/foretold.ts";
import { actStates, usedPart } from "./act-words.ts";

export function ActProgress({ act }: { act: MscsAct }) {
  const { role, word } = actStates[act.state];
  const took = act.endedAt === null ? null : seconds(act.endedAt - act.startedAt);
  return (
    <div className="grid gap-2">
      <p role="status" className="flex flex-wrap items-baseline gap-x-3">
        <State role={role} word={took ? `${word} in ${took}` : word} className="font-medium" />
        <span className="min-w-0 flex-1 basis-56">{act.message}</span>
      </p>
      {act.state === "running" ? <TimeLeft act={act} /> : null}
      <Steps act={act} />
    </div>
  );
}

/** How much of its time is used up: after it the order ends with a cause. */
function TimeLeft({ act }: { act: MscsAct }) {
  const now = useNow();
  const used = usedPart(act, now);
  const leftS = Math.max(0, Math.round((act.deadlineAt - now) / 1000));
  return (
    <div className="flex items-center gap-3 text-[12px] text-muted">
      <span aria-hidden className="block h-1 flex-1 overflow-hidden rounded-full bg-line">
        <span
          className="block h-full bg-active transition-[width] duration-200"
          style={{ width: `${used * 100}%` }}
        />
      </span>
      gives up in {leftS} s
    </div>
  );
}

function Steps({ act }: { act: MscsAct }) {
  if (act.steps.length === 0) return null;
  return (
    <ol
      aria-label="Steps"
      aria-live="polite"
      className="grid gap-0.5 border-l-2 border-line-strong pl-3 text-dense"
    >
      {act.steps.map((step) => (
        <li key={`${step.at} ${step.text}`} className="grid grid-cols-[56px_minmax(0,1fr)] gap-x-2">
          <span className="text-right text-muted">+{seconds(Math.max(0, step.at - act.startedAt))}</span>
          <span className="break-words">{step.text}</span>
        </li>
      ))}
    </ol>
  );
}
