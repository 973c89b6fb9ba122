"use client";
/** What the kernels have counted, per host, per rule and per virtual IP, and the heartbeats that were dropped. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { bytes, count } from "@bulkhead/ui/format.ts";
import { Section } from "@bulkhead/ui/page.tsx";
import {
  type FlowRow,
  type HostCountRow,
  hostRows,
  type RejectedRow,
  rejectedRows,
  ruleRows,
  vipRows,
} from "./counters-model.ts";
import { HostSwatch } from "./share-bar.tsx";
import type { ViewProps } from "./view-props.ts";

function HostName({ node, hostId }: { node: string; hostId: number }) {
  return (
    <span className="flex items-center gap-2 font-medium whitespace-nowrap">
      <HostSwatch hostId={hostId} /> {node}
    </span>
  );
}

type NumberOf<Row> = (row: Row) => number | null;

function counted<Row>(id: string, header: string, read: NumberOf<Row>): Column<Row> {
  return { id, header, value: read, cell: (row) => count(read(row)), align: "right" };
}

function sized<Row>(id: string, header: string, read: NumberOf<Row>): Column<Row> {
  return { id, header, value: read, cell: (row) => bytes(read(row)), align: "right" };
}

const hostColumns: Column<HostCountRow>[] = [
  { id: "host", header: "Host", value: ({ node }) => node, cell: HostName },
  counted("accepted", "Accepted", ({ traffic }) => traffic?.acceptedPackets ?? null),
  sized("acceptedBytes", "Bytes", ({ traffic }) => traffic?.acceptedBytes ?? null),
  counted("drained", "Draining", ({ traffic }) => traffic?.drainedPackets ?? null),
  counted("foreign", "Foreign", ({ traffic }) => traffic?.foreignPackets ?? null),
  counted("unleased", "No lease", ({ traffic }) => traffic?.unleasedPackets ?? null),
  counted("stray", "Stray", ({ traffic }) => traffic?.strayPackets ?? null),
  counted("blocked", "Blocked", ({ traffic }) => traffic?.blockedPackets ?? null),
  counted("fragments", "Fragments", ({ traffic }) => traffic?.fragmentPackets ?? null),
  counted("forwarded", "Handed on", ({ traffic }) => traffic?.forwardedPackets ?? null),
  counted("renewals", "Renewals", ({ traffic }) => traffic?.leaseRenewals ?? null),
];

const flowColumns = (header: string): Column<FlowRow>[] => [
  {
    id: "name",
    header,
    value: ({ name }) => name,
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  counted("accepted", "Accepted", ({ acceptedPackets }) => acceptedPackets),
  sized("acceptedBytes", "Bytes", ({ acceptedBytes }) => acceptedBytes),
  counted("drained", "Draining", ({ drainedPackets }) => drainedPackets),
  counted("foreign", "Foreign", ({ foreignPackets }) => foreignPackets),
];

const rejectedColumns: Column<RejectedRow>[] = [
  { id: "host", header: "Host", value: ({ node }) => node, cell: HostName },
  { id: "reason", header: "Reason", value: ({ reason }) => reason, cell: ({ reason }) => reason },
  counted("count", "Beats", ({ beats }) => beats),
];

const meanings: readonly { term: string; text: string }[] = [
  { term: "Accepted", text: "let through to this host: its own buckets, and its default traffic" },
  { term: "Draining", text: "let through because the connection was here before its bucket left" },
  { term: "Foreign", text: "dropped at once: another host's" },
  { term: "No lease", text: "its own, but dropped because the agent had not renewed the lease" },
  { term: "Stray", text: "in the middle of a connection that another host holds; dropped" },
  { term: "Blocked", text: "dropped by a rule that is disabled" },
  { term: "Fragments", text: "beyond the first, so without a port" },
  { term: "Handed on", text: "direct mode, on the host that receives: sent to its owner" },
  { term: "Renewals", text: "of the lease in the kernel" },
];

function Meanings() {
  return (
    <Disclosure summary="What is counted" className="mb-2">
      <dl className="grid gap-x-4 gap-y-0.5 border-l-2 border-line-strong pl-3 text-dense sm:grid-cols-[90px_minmax(0,1fr)]">
        {meanings.map(({ term, text }) => (
          <div key={term} className="contents">
            <dt className="font-medium">{term}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

export function CountersView({ cluster }: ViewProps) {
  const all =
    "packets, summed over the hosts that report; every host sees every packet, so foreign ones are counted once per host";
  return (
    <>
      <Section title="Per host" note="packets as the kernel counts them, since the data plane is there">
        <Meanings />
        <DataTable
          label={`Counters of the hosts of ${cluster.name}`}
          columns={hostColumns}
          rows={hostRows(cluster)}
          rowKey={({ node }) => node}
          exportable
        />
      </Section>
      <Section title="Per port rule" note={all}>
        <DataTable
          label={`Counters of the port rules of ${cluster.name}`}
          columns={flowColumns("Rule")}
          rows={ruleRows(cluster)}
          rowKey={({ name }) => name}
          empty="No host counts a rule."
          exportable
        />
      </Section>
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-2">
        <Section title="Per virtual IP">
          <DataTable
            label={`Counters of the virtual IPs of ${cluster.name}`}
            columns={flowColumns("Virtual IP")}
            rows={vipRows(cluster)}
            rowKey={({ name }) => name}
            empty="No host counts a virtual IP."
            exportable
          />
        </Section>
        <Section title="Dropped heartbeats" note="since the agents started">
          <DataTable
            label={`Dropped heartbeats of ${cluster.name}`}
            columns={rejectedColumns}
            rows={rejectedRows(cluster)}
            rowKey={({ node, reason }) => `${node} ${reason}`}
            empty="None: every beat that came was well formed, fresh, and signed with a key of this cluster."
          />
        </Section>
      </div>
    </>
  );
}
