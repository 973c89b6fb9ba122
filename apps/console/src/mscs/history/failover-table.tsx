"use client";
/** Failovers as a table, newest first: when, what, why, from where to where, how long. */
import type { FailoverRecord } from "@bulkhead/core/mscs";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { instant } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { durationWidth } from "../../wlbs/history-model.ts";
import { seconds } from "../what-if/foretold.ts";
import { causeWords, isUnasked, outcomeWords, tookMs, wayOf } from "./history-model.ts";

const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

function columnsFor(onChoose: (id: string) => void): Column<FailoverRecord>[] {
  return [
    {
      id: "when",
      header: "When",
      value: ({ startedAt }) => new Date(startedAt).toISOString(),
      cell: ({ startedAt }) => (
        <span className="grid leading-4" title={instant(startedAt)}>
          <TimeAgo at={startedAt} />
          <span className="text-[12px] text-muted">{clock.format(startedAt)}</span>
        </span>
      ),
      className: "min-w-24",
    },
    {
      id: "group",
      header: "Group",
      value: ({ group }) => group,
      cell: (record) => (
        <button
          type="button"
          onClick={() => onChoose(record.id)}
          className="font-medium text-active hover:underline"
          aria-label={`Show the steps: ${record.group}, ${causeWords[record.cause]}`}
        >
          {record.group}
        </button>
      ),
    },
    {
      id: "cause",
      header: "Cause",
      value: ({ cause }) => causeWords[cause],
      cell: ({ cause, detail }) => (
        <span className="grid leading-4">
          <span>{isUnasked(cause) ? <State role="warn" word={causeWords[cause]} /> : causeWords[cause]}</span>
          <span className="text-[12px] text-muted">{detail}</span>
        </span>
      ),
      className: "min-w-52",
    },
    {
      id: "way",
      header: "From and to",
      value: (record) => `${wayOf(record).from} to ${wayOf(record).to}`,
      cell: (record) => (
        <span className="whitespace-nowrap">
          {wayOf(record).from} <span className="text-muted">to</span> {wayOf(record).to}
        </span>
      ),
    },
    {
      id: "took",
      header: "Took",
      value: (record) => (tookMs(record) ?? 0) / 1000,
      cell: (record) => <Took record={record} />,
      className: "min-w-36",
    },
    {
      id: "outcome",
      header: "Outcome",
      value: ({ outcome }) => outcome,
      cell: ({ outcome }) => <State role={outcomeWords[outcome].role} word={outcomeWords[outcome].word} />,
    },
  ];
}

/** Each tenfold takes the same width: 0.2 s and 45 s must both be seen. */
function Took({ record }: { record: FailoverRecord }) {
  const took = tookMs(record);
  if (took === null) return <State role="active" word="going on" />;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="block h-1.5 w-20 rounded-full bg-line/60">
        <span className="block h-full rounded-full bg-back" style={{ width: `${durationWidth(took)}%` }} />
      </span>
      <span className="whitespace-nowrap">{seconds(took)}</span>
    </span>
  );
}

export function FailoverTable(props: {
  cluster: MscsCluster;
  rows: readonly FailoverRecord[];
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  return (
    <DataTable
      label={`Failovers of ${props.cluster.name}`}
      columns={columnsFor(props.onChoose)}
      rows={props.rows}
      rowKey={({ id }) => id}
      currentKey={props.chosen}
      empty="No group has changed its owner yet. The first failover, and every one after it, is kept here."
      exportable
    />
  );
}
