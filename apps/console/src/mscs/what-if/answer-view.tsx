"use client";
/** The answer to a what-if: where every group goes, in which order, what stops, and whether the engine agrees. */
import type { GroupOutcome } from "@bulkhead/core/mscs";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import type { Outputs } from "../../api/trpc.ts";
import { BeforeAfter } from "./before-after.tsx";
import { agreementOf, stagesOf, summaryOf, tookText, verdictWords, worstFirst } from "./foretold.ts";
import { StageList } from "./stage-list.tsx";

type Answer = Outputs["mscs"]["whatIf"];

interface AnswerViewProps {
  /** "db-1 is lost". */
  title: string;
  answer: Answer;
  /** Of the pair, in its order. */
  nodes: readonly string[];
}

export function AnswerView({ title, answer, nodes }: AnswerViewProps) {
  const { prediction } = answer;
  const agreement = agreementOf(answer);
  return (
    <section aria-label="Answer" aria-live="polite" className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <header>
        <h3 className="text-[15px] font-semibold">{title}</h3>
        <p className={prediction.hasQuorum ? undefined : "font-medium text-bad"}>{summaryOf(prediction)}</p>
        {prediction.fenced.length > 0 ? (
          <p>{prediction.fenced.join(" and ")} is fenced before anything of it starts elsewhere.</p>
        ) : null}
      </header>
      <BeforeAfter nodes={nodes} prediction={prediction} />
      <DataTable
        label="Groups in this case"
        columns={columnsFor(answer)}
        rows={worstFirst(prediction.groups)}
        rowKey={({ group }) => group}
        empty="The pair has no groups."
        exportable
      />
      {prediction.warnings.length > 0 ? (
        <Notice role="warn" title="What you should know besides">
          {prediction.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Notice>
      ) : null}
      <StageList stages={stagesOf(prediction.steps)} />
      <Notice role={agreement.role} title={agreement.text}>
        {answer.differences.length > 0
          ? answer.differences.map((difference) => <p key={difference}>{difference}</p>)
          : null}
      </Notice>
    </section>
  );
}

function columnsFor({ tookLast }: Answer): Column<GroupOutcome>[] {
  return [
    {
      id: "group",
      header: "Group",
      value: ({ group }) => group,
      cell: ({ group }) => <span className="font-medium">{group}</span>,
    },
    {
      id: "verdict",
      header: "What happens",
      value: ({ verdict }) => verdictWords[verdict].word,
      cell: ({ verdict }) => <State role={verdictWords[verdict].role} word={verdictWords[verdict].word} />,
    },
    {
      id: "way",
      header: "From and to",
      value: ({ from, to }) => `${from ?? "nowhere"} to ${to ?? "nowhere"}`,
      cell: ({ from, to }) => (
        <span className="whitespace-nowrap">
          {from ?? "nowhere"} <span className="text-muted">to</span> {to ?? "nowhere"}
        </span>
      ),
    },
    {
      id: "why",
      header: "Why",
      value: ({ why }) => why,
      cell: ({ why, stopped }) => (
        <span>
          {why}
          {stopped.length > 0 ? (
            <span className="text-muted"> Stays behind: {stopped.join(", ")}.</span>
          ) : null}
        </span>
      ),
      className: "min-w-56",
    },
    {
      id: "took",
      header: "Took",
      value: ({ group }) => (tookLast[group]?.[0] ?? 0) / 1000,
      cell: ({ group }) => (
        <span className="text-muted">{tookText(tookLast[group]) ?? "has not happened yet"}</span>
      ),
      className: "min-w-40",
    },
  ];
}
