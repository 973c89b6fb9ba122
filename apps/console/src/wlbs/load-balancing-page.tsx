"use client";
/** Load balancing: all WLBS clusters, or the one that the query names. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { count, plural, rate } from "@bulkhead/ui/format.ts";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useFleet } from "../live/live-provider.tsx";
import { newDeploymentPath, wlbsPath } from "../shell/places.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { type WlbsCluster, wlbsClusterCondition } from "../states/wlbs-states.ts";
import { ClusterPage } from "./cluster-page.tsx";
import { ruleText } from "./rule-text.ts";
import { openConnections, packetsPerS } from "./totals.ts";

const columns: Column<WlbsCluster>[] = [
  {
    id: "name",
    header: "Cluster",
    value: (cluster) => cluster.name,
    cell: (cluster) => (
      <Link href={wlbsPath(cluster.name)} className="font-medium text-active hover:underline">
        {cluster.name}
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (cluster) => wlbsClusterCondition(cluster).word,
    cell: (cluster) => <ConditionView condition={wlbsClusterCondition(cluster)} wide />,
  },
  {
    id: "vip",
    header: "Virtual IPs",
    value: (cluster) => cluster.vips.map(({ address }) => address).join(" "),
    cell: (cluster) => <Vips addresses={cluster.vips.map(({ address }) => address)} />,
  },
  {
    id: "hosts",
    header: "Hosts converged",
    value: converged,
    cell: (cluster) => `${converged(cluster)} of ${cluster.hosts.length}`,
    align: "right",
  },
  { id: "rules", header: "Port rules", cell: (cluster) => rulesText(cluster.rules) },
  {
    id: "rate",
    header: "Packets/s, 5 s mean",
    value: packetsPerS,
    cell: (cluster) => rate(packetsPerS(cluster)),
    align: "right",
  },
  {
    id: "open",
    header: "Open connections",
    value: openConnections,
    cell: (cluster) => count(openConnections(cluster)),
    align: "right",
  },
];

const rulesShown = 4;

function rulesText(rules: WlbsCluster["rules"]): string {
  const rest = rules.length - rulesShown;
  return `${rules.slice(0, rulesShown).map(ruleText).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function Vips({ addresses }: { addresses: readonly string[] }) {
  const rest = addresses.length - 1;
  return (
    <span title={addresses.join("\n")} className="whitespace-nowrap">
      <CopyValue value={addresses[0] ?? ""} />
      {rest > 0 ? <span className="text-muted"> and {rest} more</span> : null}
    </span>
  );
}

function converged(cluster: WlbsCluster): number {
  return cluster.hosts.filter((host) => host.online && host.status?.state === "converged").length;
}

export function LoadBalancingPage() {
  const name = useSearchParams().get("cluster");
  const fleet = useFleet();
  if (!fleet)
    return (
      <Page title="Load balancing">
        <Waiting />
      </Page>
    );
  if (name === null) return <ClusterList clusters={fleet.wlbs} />;
  const cluster = fleet.wlbs.find((each) => each.name === name);
  if (cluster) return <ClusterPage cluster={cluster} now={fleet.at} />;
  return (
    <Page title={name} trail={<Link href="/load-balancing">Load balancing</Link>}>
      <Empty
        title={`No WLBS cluster is called ${name}`}
        action={
          <Link href="/load-balancing" className={buttonLook({})}>
            Show all clusters
          </Link>
        }
      >
        It was renamed or removed by a deployment, or the link is mistyped.
      </Empty>
    </Page>
  );
}

function ClusterList({ clusters }: { clusters: readonly WlbsCluster[] }) {
  return (
    <Page
      title="Load balancing"
      state={
        clusters.length > 0 ? (
          <span className="text-muted">{plural(clusters.length, "WLBS cluster")}</span>
        ) : null
      }
    >
      {clusters.length === 0 ? (
        <Empty
          title="No WLBS cluster yet"
          action={
            <Link href={newDeploymentPath} className={buttonLook({ look: "primary" })}>
              Write a fleet file
            </Link>
          }
        >
          <p>
            A WLBS cluster is up to 32 hosts that share a virtual IP. There is no dispatcher: every host sees
            every packet and its kernel keeps only its own clients.
          </p>
          <p>Enrol the hosts first, then name them in the fleet file and deploy it.</p>
        </Empty>
      ) : (
        <DataTable
          label="WLBS clusters"
          columns={columns}
          rows={clusters}
          rowKey={(cluster) => cluster.name}
          initialSort={{ id: "name", direction: "up" }}
          exportable
        />
      )}
    </Page>
  );
}
