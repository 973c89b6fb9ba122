"use client";
/** What every host answered to an act: code with its number (DOMAIN 1.8) and message, refusals with their cure. */
import { plural } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { ActFooter } from "../acts/act-footer.tsx";
import { RefusalCard } from "../api/refusal-card.tsx";
import type { Outputs } from "../api/trpc.ts";
import type { Act } from "./acts.ts";

type Outcome = Outputs["wlbs"]["command"][number];

/** What was asked for is so now. */
const doneCodes: readonly Outcome["code"][] = ["ok", "already", "drain-stop"];

export const isDone = ({ code }: Pick<Outcome, "code">) => doneCodes.includes(code);

function summary(outcomes: readonly Outcome[]): string {
  const done = outcomes.filter(isDone).length;
  if (done === outcomes.length)
    return outcomes.length === 1 ? "Done." : `Done on all ${outcomes.length} hosts.`;
  if (done === 0) return outcomes.length === 1 ? "Not done." : "Done on no host.";
  return `Done on ${plural(done, "host")}, not on ${plural(outcomes.length - done, "host")}.`;
}

export function Outcomes({
  act,
  outcomes,
  onClose,
}: {
  act: Act;
  outcomes: readonly Outcome[];
  onClose: () => void;
}) {
  return (
    <div className="grid gap-3">
      <p role="status" className="font-medium">
        {summary(outcomes)}
      </p>
      <ul aria-label="Answers" className="grid max-h-[46vh] divide-y overflow-y-auto border-y text-dense">
        {outcomes
          .toSorted((a, b) => Number(isDone(a)) - Number(isDone(b)))
          .map((outcome) => (
            <Answer key={outcome.node} outcome={outcome} />
          ))}
      </ul>
      <ActFooter about={act.order.cluster} onClose={onClose} />
    </div>
  );
}

function Answer({ outcome }: { outcome: Outcome }) {
  return (
    <li className="grid gap-x-3 gap-y-1 py-2 sm:grid-cols-[84px_124px_minmax(0,1fr)]">
      <span className="truncate font-medium">{outcome.node}</span>
      <span className="whitespace-nowrap">
        <State role={isDone(outcome) ? "ok" : "bad"} word={outcome.code} />{" "}
        <span className="text-muted">{outcome.status}</span>
      </span>
      <span className="min-w-0 break-words">{outcome.message}</span>
      {outcome.refusal ? (
        <div className="sm:col-span-3">
          <RefusalCard refusal={outcome.refusal} />
        </div>
      ) : null}
    </li>
  );
}
