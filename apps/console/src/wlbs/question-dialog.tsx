"use client";
/** A question to the hosts and their answers, word for word: what `wlbs display` and its like print on the machine itself. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useQuery } from "@tanstack/react-query";
import { ShellLine } from "../acts/shell-line.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { wlbsAskLine } from "../states/cli.ts";
import { MacsDialog } from "./macs-dialog.tsx";
import type { HostsQuestion, Question } from "./questions.ts";

/** @param question null = closed. */
export function QuestionDialog({ question, onClose }: { question: Question | null; onClose: () => void }) {
  if (question?.kind === "macs") return <MacsDialog address={question.address} onClose={onClose} />;
  return (
    <Dialog
      open={question !== null}
      onOpenChange={(open) => !open && onClose()}
      title={question?.title ?? ""}
      lead={question?.lead ?? ""}
      width="lg"
    >
      {question ? <Body key={question.title} question={question} onClose={onClose} /> : null}
    </Dialog>
  );
}

/** Asked when it opens and at a press; between the two it stands still. */
function Body({ question, onClose }: { question: HostsQuestion; onClose: () => void }) {
  const trpc = useTRPC();
  const ask = useQuery(
    trpc.wlbs.ask.queryOptions(question.order, {
      gcTime: 0,
      staleTime: 0,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    }),
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {ask.isPending ? <Waiting label="Asking" /> : null}
      <TroubleNotice error={ask.error} />
      {ask.data?.map((answer) => (
        <Answer key={answer.node} answer={answer} isAlone={question.order.host !== null} />
      ))}
      <ShellLine line={wlbsAskLine(question.order)} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {ask.data ? (
          <p className="mr-auto text-dense text-muted">
            Asked <TimeAgo at={ask.dataUpdatedAt} />
          </p>
        ) : null}
        <Button disabled={ask.isFetching} onClick={() => void ask.refetch()}>
          {ask.isFetching ? "Asking" : "Ask again"}
        </Button>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}

type HostAnswer = Outputs["wlbs"]["ask"][number];

function Answer({ answer, isAlone }: { answer: HostAnswer; isAlone: boolean }) {
  const { node, code, status, message } = answer;
  return (
    <section aria-label={`Answer of ${node}`} className="grid grid-cols-[minmax(0,1fr)] gap-1">
      {isAlone ? null : <h3 className="text-dense font-semibold">{node}</h3>}
      {code === "ok" ? (
        <CopyBlock label={`Answer of ${node}`} text={message.trimEnd()} />
      ) : (
        <p className="text-dense">
          <State role="bad" word={code} /> <span className="text-muted">{status}</span> {message}
        </p>
      )}
    </section>
  );
}
