"use client";
/** What the pair says beforehand of an order: who goes where, what stops, how long it took last time. */
import type { WhatIfQuestion } from "@bulkhead/api";
import { State } from "@bulkhead/ui/state.tsx";
import { useQuery } from "@tanstack/react-query";
import { troubleOf } from "../../api/errors.ts";
import { type Outputs, useTRPC } from "../../api/trpc.ts";
import { agreementOf, isFelt, verdictWords, worstFirst } from "../what-if/foretold.ts";

/** A short answer for dialogs; the whole one is the what-if page. */
export function Forecast({ cluster, question }: { cluster: string; question: WhatIfQuestion }) {
  const trpc = useTRPC();
  const answer = useQuery(trpc.mscs.whatIf.queryOptions({ cluster, from: "live", question }));
  return (
    <section
      aria-label="What the pair foretells"
      className="grid gap-2 rounded-md border bg-sunken px-3 py-2.5"
    >
      <h3 className="text-[12px] text-muted">What the pair foretells</h3>
      {answer.isPending ? <State role="active" word="Asking the pair" /> : null}
      {answer.error ? (
        <p className="text-dense text-muted">
          It could not be asked: {troubleOf(answer.error).message} The order can be given all the same.
        </p>
      ) : null}
      {answer.data ? <Foretold answer={answer.data} /> : null}
    </section>
  );
}

function Foretold({ answer }: { answer: Outputs["mscs"]["whatIf"] }) {
  const { groups, fenced, warnings } = answer.prediction;
  const felt = worstFirst(groups).filter(isFelt);
  const agreement = agreementOf(answer);
  return (
    <>
      {fenced.length > 0 ? <p className="text-dense">{fenced.join(" and ")} would be fenced first.</p> : null}
      {felt.length === 0 ? <p className="text-dense">No group moves and none stops.</p> : null}
      <ul className="grid gap-1.5 text-dense">
        {felt.map((outcome) => (
          <li key={outcome.group} className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3">
            <State role={verdictWords[outcome.verdict].role} word={outcome.group} className="font-medium" />
            <span>{outcome.why}</span>
          </li>
        ))}
      </ul>
      {warnings.map((warning) => (
        <p key={warning} className="text-dense text-warn">
          {warning}
        </p>
      ))}
      <p className="text-[12px] leading-4 text-muted">
        {agreement.text} {answer.differences.join(" ")}
      </p>
    </>
  );
}
