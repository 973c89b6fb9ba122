"use client";
/** Ask a pair what an event would do: form and answer, for the pair's page and for the place in the rail. */
import { Waiting } from "@bulkhead/ui/page.tsx";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ShellLine } from "../../acts/shell-line.tsx";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { useTRPC } from "../../api/trpc.ts";
import { mscsWhatIfLine } from "../../states/cli.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { AnswerView } from "./answer-view.tsx";
import { EventForm } from "./event-form.tsx";
import { firstAsked, questionOf, questionText } from "./questions.ts";

export function WhatIfPanel({ cluster }: { cluster: MscsCluster }) {
  const trpc = useTRPC();
  const [asked, setAsked] = useState(() => firstAsked(cluster));
  const [from, setFrom] = useState<"live" | "planned">("live");
  const question = questionOf(asked);
  const answer = useQuery(
    trpc.mscs.whatIf.queryOptions(question ? { cluster: cluster.name, from, question } : skipToken, {
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <EventForm cluster={cluster} asked={asked} onAsk={setAsked} from={from} onFrom={setFrom} />
      {question === null ? (
        <p className="text-muted">The pair has nothing of that kind to ask about.</p>
      ) : null}
      <TroubleNotice error={answer.error} />
      {answer.isPending && question ? <Waiting label="Asking" /> : null}
      {answer.data && question && !answer.error ? (
        <div className={answer.isPlaceholderData ? "opacity-50" : undefined}>
          <AnswerView
            title={`${questionText(question)}: what would come of it`}
            answer={answer.data}
            nodes={cluster.nodes.map(({ name }) => name)}
          />
          <div className="mt-4">
            <ShellLine line={mscsWhatIfLine(cluster.name, question, from)} />
          </div>
        </div>
      ) : null}
    </div>
  );
}
