"use client";
/** How the cluster is set up: what all hosts share, what each has of its own, and the heartbeat key. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { newDeploymentPath } from "../shell/places.ts";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import { heartbeatText } from "./cluster-model.ts";
import { HeartbeatKey } from "./heartbeat-key.tsx";
import { HostSwatch } from "./share-bar.tsx";
import type { ViewProps } from "./view-props.ts";

const partitionWords: Record<WlbsCluster["partition"], string> = {
  serve: "serve: every part goes on, so two hosts may answer one client",
  majority: "majority: only the part with more than half of the hosts goes on",
};

function parameters(cluster: WlbsCluster): { term: string; value: React.ReactNode }[] {
  const { group, port } = cluster.heartbeat;
  return [
    { term: "Full Internet name", value: cluster.internetName ?? "none" },
    { term: "Delivery mode", value: cluster.mode },
    { term: "Cluster MAC", value: cluster.clusterMac ? <CopyValue value={cluster.clusterMac} /> : "none" },
    { term: "Heartbeat", value: heartbeatText(cluster.heartbeat) },
    { term: "Heartbeat group", value: <CopyValue value={`${group}:${port}`} /> },
    { term: "At a partition", value: partitionWords[cluster.partition] },
    {
      term: "ICMP echo",
      value: cluster.filterIcmp ? "answered by the default host only (filterIcmp)" : "answered by every host",
    },
    { term: "Hash seed", value: <CopyValue value={String(cluster.hashSeed)} /> },
  ];
}

const columns: Column<WlbsHost>[] = [
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
  { id: "id", header: "ID", value: ({ hostId }) => hostId, cell: ({ hostId }) => hostId, align: "right" },
  {
    id: "address",
    header: "Dedicated IP",
    value: ({ dedicatedIp }) => dedicatedIp,
    cell: ({ dedicatedIp }) => <CopyValue value={dedicatedIp} />,
  },
  {
    id: "interface",
    header: "Interface",
    value: (host) => host.interface,
    cell: (host) => <span className="font-mono text-[0.93em]">{host.interface}</span>,
  },
  {
    id: "initial",
    header: "When its agent starts",
    value: ({ initialState }) => initialState,
    cell: ({ initialState, retainSuspended }) =>
      `${initialState}${retainSuspended ? "; stays suspended if it was" : ""}`,
  },
  {
    id: "times",
    header: "Convergences since it joined",
    value: ({ online, status }) => (online ? (status?.convergenceCount ?? null) : null),
    cell: ({ online, status }) => (online ? (status?.convergenceCount ?? "–") : "–"),
    align: "right",
  },
];

export function SetupView({ cluster }: ViewProps) {
  return (
    <>
      <Section
        title="Cluster parameters"
        note="the same on every host"
        actions={
          <Link href={newDeploymentPath} className="text-dense font-medium text-active hover:underline">
            Change the fleet file
          </Link>
        }
      >
        <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-[170px_minmax(0,1fr)]">
          {parameters(cluster).map(({ term, value }) => (
            <div key={term} className="contents">
              <dt className="text-muted max-sm:mt-1">{term}</dt>
              <dd className="min-w-0">{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Host parameters">
        <DataTable
          label={`Host parameters of ${cluster.name}`}
          columns={columns}
          rows={cluster.hosts}
          rowKey={({ node }) => node}
          initialSort={{ id: "id", direction: "up" }}
        />
      </Section>
      <HeartbeatKey cluster={cluster} />
    </>
  );
}
