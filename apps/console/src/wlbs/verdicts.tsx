"use client";
/** What every host says it would do with a packet, and whether that is what a cluster should do: one takes it, the others not. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { State, type StateRole } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import type { Outputs } from "../api/trpc.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { HostSwatch } from "./share-bar.tsx";

type Answer = Outputs["wlbs"]["filter"];
type HostAnswer = Answer["hosts"][number];

/** Nobody, or more than one, is trouble. Echo is answered by all unless the cluster says otherwise. */
function roleOf({ accepts }: Answer): StateRole {
  return accepts.length === 0 ? "bad" : "ok";
}

function wordOf({ verdict, code }: HostAnswer): { role: StateRole; word: string } {
  if (!verdict) return { role: "unknown", word: code };
  if (verdict.accepts) return { role: "ok", word: "Accepts" };
  return { role: "off", word: verdict.acceptsOpenConnections ? "Keeps open ones" : "Drops" };
}

const columns: Column<HostAnswer>[] = [
  {
    id: "host",
    header: "Host",
    value: ({ node }) => node,
    cell: ({ node, hostId }) => (
      <span className="flex items-center gap-2 font-medium whitespace-nowrap">
        <HostSwatch hostId={hostId} /> {node}
      </span>
    ),
  },
  {
    id: "verdict",
    header: "A new connection",
    value: (answer) => wordOf(answer).word,
    cell: (answer) => <State {...wordOf(answer)} />,
  },
  {
    id: "why",
    header: "Why",
    value: ({ verdict, message }) => verdict?.text ?? message,
    cell: ({ verdict, message }) => verdict?.text ?? message,
    className: "min-w-60",
  },
];

/** @param at when the hosts were asked, epoch ms. */
export function Verdicts({ cluster, answer, at }: { cluster: WlbsCluster; answer: Answer; at: number }) {
  return (
    <div className="grid gap-3">
      <Notice role={roleOf(answer)} title={answer.text} live>
        Asked <TimeAgo at={at} />; the hosts answer from the data planes that their kernels have confirmed.
      </Notice>
      <DataTable
        label={`Verdicts of the hosts of ${cluster.name}`}
        columns={columns}
        rows={answer.hosts}
        rowKey={({ node }) => node}
      />
    </div>
  );
}
