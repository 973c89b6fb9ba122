"use client";
/** One failover, step by step, with a slider to replay it. */
import type { FailoverRecord } from "@bulkhead/core/mscs";
import { Button } from "@bulkhead/ui/button.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { X } from "lucide-react";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { StepReplay } from "../../timeline/step-replay.tsx";
import { seconds } from "../what-if/foretold.ts";
import { causeWords, outcomeWords, tookMs, wayOf } from "./history-model.ts";

/** Steps that no single node took. */
const pairLane = "pair";

interface FailoverDetailProps {
  cluster: MscsCluster;
  record: FailoverRecord;
  onClose: () => void;
}

export function FailoverDetail({ cluster, record, onClose }: FailoverDetailProps) {
  const took = tookMs(record);
  const steps = record.steps.map(({ at, node, text }) => ({ at, lane: node ?? pairLane, text }));
  const lanes = [
    ...cluster.nodes.map(({ name }) => name),
    ...(steps.some(({ lane }) => lane === pairLane) ? [pairLane] : []),
  ];
  return (
    <article
      aria-label={`Failover of ${record.group}`}
      className="grid gap-3 rounded-md border bg-surface px-4 py-3"
    >
      <header className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1">
          <h3 className="flex flex-wrap items-baseline gap-x-3 font-semibold">
            {record.group}: {causeWords[record.cause].toLowerCase()}
            <State {...outcomeWords[record.outcome]} className="font-normal" />
          </h3>
          <p>{record.detail}</p>
          <p className="text-dense text-muted">
            From {wayOf(record).from} to {wayOf(record).to}
            {took === null ? ", still going on" : `, in ${seconds(took)}`}
            {record.by ? `, ordered by ${record.by}` : ""}
          </p>
        </div>
        <Button look="quiet" size="icon" aria-label="Close the steps" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </header>
      {steps.length === 0 ? (
        <p className="text-muted">No steps were told: the agents saw only its beginning and its end.</p>
      ) : (
        <StepReplay
          key={record.id}
          label="Steps"
          lanes={lanes}
          startedAt={record.startedAt}
          endedAt={record.endedAt}
          steps={steps}
        />
      )}
    </article>
  );
}
