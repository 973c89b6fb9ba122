"use client";
/** Failover: all MSCS pairs, or the one that the query names. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useFleet } from "../live/live-provider.tsx";
import { adoptPath, mscsPath, pairFormPath } from "../shell/places.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { groupCondition, type MscsCluster, mscsClusterCondition } from "../states/mscs-states.ts";
import { ForeignPairs } from "./adoption/foreign-pairs.tsx";
import { PairPage } from "./pair-page.tsx";
import { votesShort } from "./quorum/quorum-model.ts";
import { Told } from "./told.tsx";

const columns: Column<MscsCluster>[] = [
  {
    id: "name",
    header: "Pair",
    value: (cluster) => cluster.name,
    cell: (cluster) => (
      <Link href={mscsPath(cluster.name)} className="font-medium text-active hover:underline">
        {cluster.name}
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (cluster) => mscsClusterCondition(cluster).word,
    cell: (cluster) => <ConditionView condition={mscsClusterCondition(cluster)} wide />,
  },
  {
    id: "nodes",
    header: "Nodes",
    value: (cluster) => cluster.nodes.map((node) => node.name).join(" "),
    cell: (cluster) => cluster.nodes.map((node) => node.name).join(", "),
  },
  {
    id: "votes",
    header: "Votes",
    value: votesShort,
    cell: (cluster) => <span className="whitespace-nowrap">{votesShort(cluster)}</span>,
  },
  {
    id: "groups",
    header: "Groups",
    value: (cluster) => (cluster.view?.groups ?? []).map(({ name }) => name).join(" "),
    cell: (cluster) => <Groups cluster={cluster} />,
  },
  {
    id: "age",
    header: "Age of this",
    value: (cluster) => cluster.viewAt,
    cell: (cluster) => <Told cluster={cluster} />,
  },
];

function Groups({ cluster }: { cluster: MscsCluster }) {
  const groups = cluster.view?.groups ?? [];
  if (groups.length === 0) return <span className="text-muted">none</span>;
  return (
    <ul className="flex flex-wrap gap-x-4">
      {groups.map((group) => {
        const { role, word } = groupCondition(cluster, group);
        const where =
          role === "unknown" ? "place unknown" : group.owner ? `on ${group.owner}` : word.toLowerCase();
        return (
          <li key={group.name} className="inline-flex items-center gap-1.5">
            <StateIcon role={role} /> <span className="font-medium">{group.name}</span>{" "}
            <span className="text-muted">{where}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function FailoverPage() {
  const name = useSearchParams().get("cluster");
  const fleet = useFleet();
  if (!fleet)
    return (
      <Page title="Failover">
        <Waiting />
      </Page>
    );
  if (name === null) return <PairList pairs={fleet.mscs} />;
  const pair = fleet.mscs.find((each) => each.name === name);
  if (pair) return <PairPage cluster={pair} now={fleet.at} />;
  return (
    <Page title={name} trail={<Link href="/failover">Failover</Link>}>
      <Empty
        title={`No MSCS pair is called ${name}`}
        action={
          <Link href="/failover" className={buttonLook({})}>
            Show all pairs
          </Link>
        }
      >
        It was renamed or removed by a deployment, or the link is mistyped.
      </Empty>
    </Page>
  );
}

function PairList({ pairs }: { pairs: readonly MscsCluster[] }) {
  return (
    <Page
      title="Failover"
      state={
        pairs.length > 0 ? <span className="text-muted">{plural(pairs.length, "MSCS pair")}</span> : null
      }
      actions={
        pairs.length > 0 ? (
          <Link href={pairFormPath(null)} className={buttonLook({ look: "primary" })}>
            <Plus aria-hidden /> New pair
          </Link>
        ) : null
      }
    >
      {pairs.length === 0 ? (
        <Empty
          title="No MSCS pair yet"
          action={
            <div className="flex flex-wrap gap-2">
              <Link href={pairFormPath(null)} className={buttonLook({ look: "primary" })}>
                New pair
              </Link>
              <Link href={adoptPath()} className={buttonLook({})}>
                Adopt a pair that runs already
              </Link>
            </div>
          }
        >
          <p>
            A pair is two nodes and a witness. Groups of address, disk and database run on one node and move
            to the other when it fails.
          </p>
          <p>
            A node of a pair can never be a WLBS host as well: enrol two nodes and a witness, then form the
            pair.
          </p>
        </Empty>
      ) : (
        <DataTable
          label="MSCS pairs"
          columns={columns}
          rows={pairs}
          rowKey={(pair) => pair.name}
          initialSort={{ id: "name", direction: "up" }}
          exportable
        />
      )}
      <ForeignPairs />
    </Page>
  );
}
