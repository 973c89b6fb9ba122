"use client";
/** A virtual IP as a bar of shares in host colours, each share flowing down into its host. */
import { cn } from "@bulkhead/ui/cn.ts";
import { plural, rate } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { wlbsPath } from "../shell/places.ts";
import { type WlbsCluster, wlbsClusterCondition } from "../states/wlbs-states.ts";
import { bucketCount, type Share } from "../wlbs/bucket-model.ts";
import { sharesOf } from "../wlbs/cluster-model.ts";
import { hostColour } from "../wlbs/host-colour.ts";
import { ruleText } from "../wlbs/rule-text.ts";
import { shareScale } from "../wlbs/share-bar.tsx";
import { packetsPerS } from "../wlbs/totals.ts";
import { flowPath } from "./flow.ts";
import { HostCell, HostTile } from "./host-tile.tsx";

/** Up to this many hosts stand side by side under their shares; more of them wrap as small cells. */
const sideBySideMax = 6;
const rulesShownMax = 4;

/** @param now the controller's clock. */
export function VipBlock({ cluster, now }: { cluster: WlbsCluster; now: number }) {
  const condition = wlbsClusterCondition(cluster);
  const shares = sharesOf(cluster);
  const few = cluster.hosts.length <= sideBySideMax;
  const addresses = cluster.vips.map(({ address }) => address);
  const rules = cluster.rules.slice(0, rulesShownMax).map(ruleText).join(", ");
  return (
    <article aria-label={`WLBS cluster ${cluster.name}`}>
      <div className="rounded-md border border-front-line bg-surface">
        <div
          className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2"
          data-map-object={`${addresses.map((address) => `address:${address}`).join(" ")} wlbs-cluster:${cluster.name}`}
        >
          <Link href={wlbsPath(cluster.name)} className="font-semibold hover:underline">
            {cluster.name}
          </Link>
          <span className="font-mono text-dense">{addresses[0]}</span>
          {addresses.length > 1 ? (
            <span title={addresses.join("\n")} className="text-dense text-muted">
              and {plural(addresses.length - 1, "more address", "more addresses")}
            </span>
          ) : null}
          <span className="text-dense text-muted">
            {rules}
            {cluster.rules.length > rulesShownMax ? " and more" : ""}
          </span>
          <span className="flex-1" />
          <span className="text-dense text-muted">{rate(packetsPerS(cluster))} packets/s</span>
          <State role={condition.role} word={condition.word} className="text-dense" />
        </div>
        <ShareStrip shares={shares} hasTable={cluster.tablesKey !== null} />
      </div>
      {few ? <Flow shares={shares} /> : null}
      {few ? (
        <Tiles cluster={cluster} shares={shares} now={now} />
      ) : (
        <Cells cluster={cluster} shares={shares} now={now} />
      )}
    </article>
  );
}

function ShareStrip({ shares, hasTable }: { shares: readonly Share[]; hasTable: boolean }) {
  return (
    <div aria-hidden className={cn("flex h-2.5 overflow-hidden rounded-b-[5px]", !hasTable && "hatched")}>
      {shares.map((share) => (
        <span
          key={share.hostId}
          className="h-full transition-[flex-grow] duration-200"
          style={{ flexGrow: share.owned, flexBasis: 0, background: hostColour(share.hostId) }}
        />
      ))}
    </div>
  );
}

/** Bands from the bar into the tiles. A host that owns nothing has none. */
function Flow({ shares }: { shares: readonly Share[] }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1000 100"
      preserveAspectRatio="none"
      className="hidden h-9 w-full sm:block"
    >
      {shares.map((share, i) => {
        const before = shares.slice(0, i).reduce((sum, each) => sum + each.owned, 0);
        const path = flowPath({
          from: before / bucketCount,
          to: (before + share.owned) / bucketCount,
          cell: i,
          cells: shares.length,
        });
        return share.owned > 0 ? (
          <path key={share.hostId} d={path} style={{ fill: hostColour(share.hostId), opacity: 0.22 }} />
        ) : null;
      })}
    </svg>
  );
}

interface HostsProps {
  cluster: WlbsCluster;
  shares: readonly Share[];
  now: number;
}

function Tiles({ cluster, shares, now }: HostsProps) {
  const scale = shareScale(shares);
  return (
    <ul className="mt-2 grid gap-2 sm:mt-0 sm:auto-cols-fr sm:grid-flow-col sm:gap-0">
      {cluster.hosts.map((host, i) => {
        const share = shares[i];
        return share ? (
          <HostTile key={host.hostId} cluster={cluster} host={host} share={share} scale={scale} now={now} />
        ) : null;
      })}
    </ul>
  );
}

function Cells({ cluster, shares, now }: HostsProps) {
  return (
    <ul className="mt-2 grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-1.5">
      {cluster.hosts.map((host, i) => {
        const share = shares[i];
        return share ? (
          <HostCell key={host.hostId} cluster={cluster} host={host} share={share} now={now} />
        ) : null;
      })}
    </ul>
  );
}
