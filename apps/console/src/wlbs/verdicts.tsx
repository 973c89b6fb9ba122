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

interface VerdictsProps {
  cluster: WlbsCluster;
  answer: Answer;
  /** When the hosts were asked, epoch ms. */
  at: number;
  /** The host that the question is about stands first, with its own verdict; null = all of them. */
  host: string | null;
}

export function Verdicts({ cluster, answer, at, host }: VerdictsProps) {
  const own = answer.hosts.find(({ node }) => node === host);
  const rest = answer.hosts.filter((each) => each !== own);
  return (
    <div className="grid gap-3">
      {own ? <OwnVerdict answer={own} /> : null}
      <Notice role={roleOf(answer)} title={answer.text} live>
        Asked <TimeAgo at={at} />; the hosts answer from the data planes that their kernels have confirmed.
      </Notice>
      <DataTable
        label={`Verdicts of the hosts of ${cluster.name}`}
        columns={columns}
        rows={own ? [own, ...rest] : rest}
        rowKey={({ node }) => node}
        currentKey={own?.node ?? null}
      />
    </div>
  );
}

function OwnVerdict({ answer }: { answer: HostAnswer }) {
  const { role, word } = wordOf(answer);
  return (
    <Notice role={role} title={`${answer.node}: ${word.toLowerCase()}`} live>
      {answer.verdict?.text ?? answer.message}
    </Notice>
  );
}
