"use client";
/** What keeps the groups safe: three votes, the witness's connection, the fence devices, and who was fenced. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Facts, Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import Link from "next/link";
import { pairFormPath } from "../../shell/places.ts";
import { type MscsCluster, notProtected } from "../../states/mscs-states.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { Told } from "../told.tsx";
import { type FenceDevice, fenceCondition, fencedAt, protectionText, tlsText } from "./quorum-model.ts";
import { QuorumVotes } from "./quorum-votes.tsx";

type Fence = NonNullable<MscsCluster["view"]>["fenceHistory"][number];

export function QuorumView({ cluster }: PairViewProps) {
  const edit = (
    <Link href={pairFormPath(cluster.name)} className={buttonLook({ size: "sm" })}>
      Edit witness and fencing
    </Link>
  );
  return (
    <>
      <Section
        title="Quorum"
        note="two of three votes keep the groups running"
        actions={<Told cluster={cluster} />}
      >
        <div className="grid gap-4">
          <QuorumVotes cluster={cluster} />
          <Protection cluster={cluster} />
          <WitnessFacts cluster={cluster} />
        </div>
      </Section>
      <Section
        title="Fencing"
        note="a node that is lost is switched off before its groups start elsewhere"
        actions={edit}
      >
        <DataTable
          label={`Fence devices of ${cluster.name}`}
          columns={deviceColumns}
          rows={cluster.view?.fencing ?? []}
          rowKey={({ device }) => device}
          empty={<NoDevices cluster={cluster} />}
        />
      </Section>
      <Section title="Fence history" note="who was switched off so that its groups could move safely">
        <DataTable
          label={`Fence history of ${cluster.name}`}
          columns={fenceColumns}
          rows={cluster.view?.fenceHistory ?? []}
          rowKey={(fence) => `${fence.target} ${fence.action} ${fence.completed}`}
          empty="No node has been fenced since the engine started."
          exportable
        />
      </Section>
    </>
  );
}

function Protection({ cluster }: { cluster: MscsCluster }) {
  const weak = notProtected(cluster);
  const { role, text } = protectionText(cluster);
  return (
    <div className="grid gap-1">
      <p>
        <State role={role} word={text} className="font-medium whitespace-normal" />
      </p>
      {weak.length > 0 ? (
        <ul aria-label="Why it is not protected" className="grid list-disc gap-1 pl-9">
          {weak.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function WitnessFacts({ cluster }: { cluster: MscsCluster }) {
  const { witness, view } = cluster;
  const tls = tlsText(cluster);
  return (
    <Facts
      items={[
        {
          term: "Witness",
          value: witness ? `${witness.node} at ${witness.address}` : <State role="bad" word="none" />,
        },
        ...(view?.witness.why ? [{ term: "Why it does not vote", value: view.witness.why }] : []),
        { term: "Its connection", value: <State role={tls.role} word={tls.word} /> },
        {
          term: "Its agent",
          value: witness ? (
            <State role={witness.online ? "ok" : "unknown"} word={witness.online ? "Online" : "No news"} />
          ) : (
            "–"
          ),
        },
      ]}
    />
  );
}

function NoDevices({ cluster }: { cluster: MscsCluster }) {
  const agent = cluster.fencing?.agent;
  if (cluster.view?.engineBlind)
    return <span>The engine does not answer, so its devices are not known.</span>;
  if (agent) return <span>The policy wants {agent}. The engine has not told of a device yet.</span>;
  return (
    <span>
      There is no fence device. Without one a lost node may go on writing while its groups run elsewhere, so
      shared disks are refused. Name a fence agent, for example fence_ipmilan, in the fleet file.
    </span>
  );
}

const deviceColumns: Column<FenceDevice>[] = [
  {
    id: "device",
    header: "Device",
    value: ({ device }) => device,
    cell: ({ device }) => <span className="font-medium">{device}</span>,
  },
  {
    id: "state",
    header: "Last result",
    value: (device) => fenceCondition(device).word,
    cell: (device) => <State role={fenceCondition(device).role} word={fenceCondition(device).word} />,
  },
  {
    id: "why",
    header: "What it said",
    value: ({ why }) => why,
    cell: (device) => fenceCondition(device).why ?? "",
  },
];

const fenceColumns: Column<Fence>[] = [
  {
    id: "target",
    header: "Node",
    value: (fence) => fence.target,
    cell: (fence) => <span className="font-medium">{fence.target}</span>,
  },
  { id: "action", header: "Action", value: (fence) => fence.action, cell: (fence) => fence.action },
  {
    id: "status",
    header: "Status",
    value: (fence) => fence.status,
    cell: (fence) => (
      <State
        role={fence.status === "success" ? "ok" : fence.status === "pending" ? "active" : "bad"}
        word={fence.status}
      />
    ),
  },
  {
    id: "completed",
    header: "Completed",
    value: (fence) => fence.completed,
    cell: (fence) => <FenceTime text={fence.completed} />,
  },
];

function FenceTime({ text }: { text: string }) {
  const at = fencedAt(text);
  return at === null ? text : <TimeAgo at={at} />;
}
