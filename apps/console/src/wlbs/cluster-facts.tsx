/** The header of a cluster page: addresses, delivery and what it needs of the network, heartbeat, default host. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Facts } from "@bulkhead/ui/page.tsx";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { heartbeatText } from "./cluster-model.ts";

/** More virtual IPs than these are behind a press. */
const vipsShown = 4;

export function ClusterFacts({ cluster }: { cluster: WlbsCluster }) {
  return (
    <div className="grid gap-3">
      <Facts
        items={[
          { term: plural(cluster.vips.length, "virtual IP"), value: <Vips cluster={cluster} /> },
          { term: "Delivery", value: cluster.mode },
          {
            term: "Cluster MAC",
            value: cluster.clusterMac ? <CopyValue value={cluster.clusterMac} /> : "none",
          },
          { term: "Heartbeat", value: heartbeatText(cluster.heartbeat) },
          { term: "Default host", value: defaultHost(cluster) },
          { term: "Started", value: `${startedCount(cluster)} of ${cluster.hosts.length} hosts` },
          { term: "Epoch", value: <span className="font-mono text-[0.93em]">{cluster.epoch ?? "–"}</span> },
        ]}
      />
      <ModeNeeds cluster={cluster} />
    </div>
  );
}

function Vips({ cluster }: { cluster: WlbsCluster }) {
  const text = ({ address, prefixLength }: WlbsCluster["vips"][number]) => `${address}/${prefixLength}`;
  const rest = cluster.vips.slice(vipsShown);
  return (
    <div>
      <ul className="flex flex-wrap gap-x-3">
        {cluster.vips.slice(0, vipsShown).map((vip) => (
          <li key={vip.address}>
            <CopyValue value={vip.address} shown={text(vip)} />
          </li>
        ))}
      </ul>
      {rest.length > 0 ? (
        <Disclosure summary={`${rest.length} more`}>
          <ul className="flex max-w-[60ch] flex-wrap gap-x-3">
            {rest.map((vip) => (
              <li key={vip.address}>
                <CopyValue value={vip.address} shown={text(vip)} />
              </li>
            ))}
          </ul>
        </Disclosure>
      ) : null}
    </div>
  );
}

function startedCount({ hosts }: WlbsCluster): number {
  const isStarted = (state: string | undefined) => state === "converged" || state === "converging";
  return hosts.filter(({ online, status }) => online && isStarted(status?.state)).length;
}

/** Two defaults are a split; both are named. */
function defaultHost({ hosts }: WlbsCluster): string {
  const names = hosts.filter(({ online, status }) => online && status?.isDefaultHost).map(({ node }) => node);
  return names.join(" and ") || "none";
}

function ModeNeeds({ cluster }: { cluster: WlbsCluster }) {
  const { mode, needs } = cluster;
  if (needs.length === 0)
    return (
      <p className="text-dense text-muted">Mode {mode} needs nothing special of switches and routers.</p>
    );
  const devices = [...new Set(needs.map(({ device }) => device))].join(", ");
  return (
    <Disclosure summary={`What mode ${mode} needs of the network: ${devices}`}>
      <dl className="grid max-w-[110ch] gap-x-5 gap-y-2 border-l-2 border-line-strong pl-3 text-dense sm:grid-cols-[110px_minmax(0,1fr)]">
        {needs.map(({ device, text }) => (
          <div key={text} className="contents">
            <dt className="text-muted">{device}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}
