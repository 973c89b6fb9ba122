"use client";
/** Convergences, newest first: when, why, who began them, how long they took, who was there. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { duration, instant } from "@bulkhead/ui/format.ts";
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { listed } from "../acts/consequence.ts";
import { nameIn } from "./cluster-model.ts";
import { causeWords, durationWidth, type HistoryRow, historyRows, isUnasked } from "./history-model.ts";
import { HostSwatch } from "./share-bar.tsx";
import type { ViewProps } from "./view-props.ts";

type NameOf = (hostId: number) => string;

const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

function columnsFor(nameOf: NameOf): Column<HistoryRow>[] {
  return [
    {
      id: "when",
      header: "When",
      value: ({ record }) => new Date(record.startedAt).toISOString(),
      cell: ({ record }) => (
        <span className="grid leading-4" title={instant(record.startedAt)}>
          <TimeAgo at={record.startedAt} />
          <span className="text-[12px] text-muted">{clock.format(record.startedAt)}</span>
        </span>
      ),
      className: "min-w-24",
    },
    {
      id: "cause",
      header: "Cause",
      value: ({ record }) => causeWords[record.cause],
      cell: ({ record }) => (
        <span className="grid leading-4">
          <span>
            {isUnasked(record.cause) ? (
              <State role="warn" word={causeWords[record.cause]} />
            ) : (
              causeWords[record.cause]
            )}
          </span>
          <span className="text-[12px] text-muted">{record.text}</span>
        </span>
      ),
    },
    {
      id: "initiator",
      header: "Begun by",
      value: ({ record }) => (record.initiator === 0 ? null : nameOf(record.initiator)),
      cell: ({ record }) => <Initiator hostId={record.initiator} nameOf={nameOf} />,
    },
    {
      id: "took",
      header: "Took",
      value: ({ durationMs }) => (durationMs === null ? null : durationMs / 1000),
      cell: (row) => <Took row={row} />,
      className: "min-w-36",
    },
    {
      id: "members",
      header: "Hosts after it",
      value: ({ record }) => record.members.map(nameOf).join(" "),
      cell: (row) => <Members row={row} nameOf={nameOf} />,
      className: "min-w-52",
    },
    {
      id: "epoch",
      header: "Epoch",
      value: ({ record }) => record.epoch,
      cell: ({ record }) => <span className="font-mono text-[0.93em]">{record.epoch}</span>,
      align: "right",
    },
  ];
}

function Initiator({ hostId, nameOf }: { hostId: number; nameOf: NameOf }) {
  if (hostId === 0) return <span className="text-muted">not known</span>;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <HostSwatch hostId={hostId} /> {nameOf(hostId)}
    </span>
  );
}

/** Each tenfold takes the same width: 0.2 s and 5 s must both be seen. */
function Took({ row }: { row: HistoryRow }) {
  if (row.isSuperseded) return <span className="text-muted">overtaken by the next one</span>;
  if (row.durationMs === null) return <State role="active" word="going on" />;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="block h-1.5 w-20 rounded-full bg-line/60">
        <span
          className="block h-full rounded-full bg-front"
          style={{ width: `${durationWidth(row.durationMs)}%` }}
        />
      </span>
      <span className="whitespace-nowrap">
        {row.durationMs < 10_000 ? `${(row.durationMs / 1000).toFixed(2)} s` : duration(row.durationMs)}
      </span>
    </span>
  );
}

function Members({ row, nameOf }: { row: HistoryRow; nameOf: NameOf }) {
  const change = [
    ...(row.joined.length > 0 ? [`+ ${listed(row.joined.map(nameOf))}`] : []),
    ...(row.left.length > 0 ? [`− ${listed(row.left.map(nameOf))}`] : []),
  ].join("   ");
  return (
    <span className="grid leading-4" title={row.record.members.map(nameOf).join(", ")}>
      <span>{listed(row.record.members.map(nameOf)) || "none"}</span>
      {change ? <span className="text-[12px] whitespace-pre text-muted">{change}</span> : null}
    </span>
  );
}

export function HistoryView({ cluster }: ViewProps) {
  return (
    <Section
      title="Convergences"
      note="the last 32, from all hosts that saw them; times of the coordinator's clock"
    >
      <DataTable
        label={`Convergences of ${cluster.name}`}
        columns={columnsFor(nameIn(cluster))}
        rows={historyRows(cluster.history)}
        rowKey={({ record }) => `${record.epoch} ${record.startedAt}`}
        empty="No host remembers a convergence. The first one is written here when a host starts."
        exportable
      />
    </Section>
  );
}
