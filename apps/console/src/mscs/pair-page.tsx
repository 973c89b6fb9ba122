"use client";
/** One MSCS pair: why line, nodes and votes, groups, fence history. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Facts, Page, Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import Link from "next/link";
import { useState } from "react";
import { ConditionView } from "../states/condition-view.tsx";
import { type MscsCluster, mscsClusterCondition, mscsNodeCondition } from "../states/mscs-states.ts";
import { GroupCard } from "./group-card.tsx";
import { type Move, MoveDialog, moveOf } from "./move-dialog.tsx";
import { Quorum } from "./quorum.tsx";

type PairNode = MscsCluster["nodes"][number];
type Fence = NonNullable<MscsCluster["view"]>["fenceHistory"][number];

export function PairPage({ cluster }: { cluster: MscsCluster }) {
  const [moving, setMoving] = useState<Move | null>(null);
  const condition = mscsClusterCondition(cluster);
  const groups = cluster.view?.groups ?? [];
  return (
    <Page
      title={cluster.name}
      trail={<Link href="/failover">Failover</Link>}
      state={<State role={condition.role} word={condition.word} />}
    >
      {condition.why ? <Notice role={condition.role}>{condition.why}</Notice> : null}
      <PairFacts cluster={cluster} />
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Section title="Nodes">
          <PairNodes cluster={cluster} />
        </Section>
        <Section title="Quorum">
          <Quorum cluster={cluster} />
        </Section>
      </div>
      <Section title="Groups" note="Resources start from the bottom up and stop from the top down.">
        <div className="grid gap-3">
          {groups.length === 0 ? <p className="text-muted">The engine tells of no group.</p> : null}
          {groups.map((group) => (
            <GroupCard
              key={group.name}
              cluster={cluster}
              group={group}
              onMove={() => setMoving(moveOf(cluster, group))}
            />
          ))}
        </div>
      </Section>
      <Section title="Fence history" note="Who was switched off so that its groups could move safely.">
        <DataTable
          label={`Fence history of ${cluster.name}`}
          columns={fenceColumns}
          rows={cluster.view?.fenceHistory ?? []}
          rowKey={(fence) => `${fence.target} ${fence.action} ${fence.completed}`}
          empty="No node has been fenced since the engine started."
          exportable
        />
      </Section>
      <MoveDialog cluster={cluster} move={moving} onClose={() => setMoving(null)} />
    </Page>
  );
}

function PairFacts({ cluster }: { cluster: MscsCluster }) {
  const { view } = cluster;
  return (
    <Facts
      items={[
        {
          term: "Fencing",
          value: view ? view.fencingEnabled ? "on" : <State role="warn" word="Off" /> : "–",
        },
        { term: "Coordinator", value: view?.dc ?? "–" },
        { term: "CIB epoch", value: view?.cibEpoch ? <CopyValue value={view.cibEpoch} /> : "–" },
        {
          term: "Told by",
          value: (
            <>
              {cluster.viewFrom ?? "nobody"}, <TimeAgo at={cluster.viewAt} />
            </>
          ),
        },
      ]}
    />
  );
}

const fenceColumns: Column<Fence>[] = [
  {
    id: "target",
    header: "Node",
    value: (fence) => fence.target,
    cell: (fence) => <span className="font-medium">{fence.target}</span>,
  },
  { id: "action", header: "Action", value: (fence) => fence.action, cell: (fence) => fence.action },
  { id: "status", header: "Status", value: (fence) => fence.status, cell: (fence) => fence.status },
  {
    id: "completed",
    header: "Completed",
    value: (fence) => fence.completed,
    cell: (fence) => <FenceTime text={fence.completed} />,
  },
];

/** The engine writes "2026-11-22 21:24:45Z"; what cannot be read as an instant is shown as it is. */
function FenceTime({ text }: { text: string }) {
  const at = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(at) ? text : <TimeAgo at={at} />;
}

function PairNodes({ cluster }: { cluster: MscsCluster }) {
  const columns: Column<PairNode>[] = [
    {
      id: "name",
      header: "Node",
      value: (node) => node.name,
      cell: (node) => <span className="font-medium">{node.name}</span>,
    },
    {
      id: "state",
      header: "State",
      value: (node) => mscsNodeCondition(cluster, node.name).word,
      cell: (node) => <ConditionView condition={mscsNodeCondition(cluster, node.name)} wide />,
    },
    {
      id: "link",
      header: "Agent",
      value: (node) => (node.online ? "online" : "no news"),
      cell: (node) => (
        <State role={node.online ? "ok" : "unknown"} word={node.online ? "Online" : "No news"} />
      ),
    },
    {
      id: "address",
      header: "Heartbeat address",
      value: (node) => node.address,
      cell: (node) => <CopyValue value={node.address} />,
    },
    {
      id: "groups",
      header: "Owns",
      value: (node) => owned(cluster, node.name),
      cell: (node) => owned(cluster, node.name) || "nothing",
    },
  ];
  const { witness } = cluster;
  return (
    <div className="grid gap-2">
      <DataTable
        label={`Nodes of ${cluster.name}`}
        columns={columns}
        rows={cluster.nodes}
        rowKey={(node) => node.name}
      />
      {witness === null ? (
        <p className="text-dense text-muted">No witness</p>
      ) : (
        <p className="flex flex-wrap items-center gap-x-2 text-dense text-muted">
          Witness <span className="font-medium text-text">{witness.node}</span>{" "}
          <CopyValue value={witness.address} />
          <State role={witness.online ? "ok" : "unknown"} word={witness.online ? "Online" : "No news"} />
        </p>
      )}
    </div>
  );
}

function owned(cluster: MscsCluster, node: string): string {
  return (cluster.view?.groups ?? [])
    .filter((group) => group.owner === node)
    .map((group) => group.name)
    .join(", ");
}
