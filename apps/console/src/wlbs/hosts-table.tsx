"use client";
/** The hosts of a cluster: state with its cause, share, traffic, how well they are heard, and the acts on each. */
import { cn } from "@bulkhead/ui/cn.ts";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { bytesPerSecond, count, duration, percent, rate } from "@bulkhead/ui/format.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { type WlbsCluster, type WlbsHost, wlbsHostCondition } from "../states/wlbs-states.ts";
import { bucketCount, type Share } from "./bucket-model.ts";
import { sharesOf, singleRulesOn } from "./cluster-model.ts";
import { heardByPeers, lossText, lossyPercent, timingText } from "./heartbeat-model.ts";
import { HostMenu } from "./host-menu.tsx";
import { HostSwatch, ShareBar, shareScale } from "./share-bar.tsx";
import type { ViewProps } from "./view-props.ts";

interface Row {
  cluster: WlbsCluster;
  host: WlbsHost;
  share: Share;
  scale: number;
  now: number;
  heard: ReturnType<typeof heardByPeers>;
}

const columns: Column<Row>[] = [
  {
    id: "host",
    header: "Host",
    value: (row) => row.host.node,
    cell: ({ cluster, host }) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 font-medium whitespace-nowrap">
        <HostSwatch hostId={host.hostId} /> {host.node}
        {host.status?.isDefaultHost && host.online ? (
          <Tag text="default host" title="Takes traffic that no port rule covers" />
        ) : null}
        <SingleRules names={singleRulesOn(cluster, host.hostId)} />
      </span>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (row) => wlbsHostCondition(row.cluster, row.host, row.now).word,
    cell: (row) => <ConditionView condition={wlbsHostCondition(row.cluster, row.host, row.now)} wide />,
  },
  { id: "id", header: "ID", value: (row) => row.host.hostId, cell: (row) => row.host.hostId, align: "right" },
  {
    id: "address",
    header: "Dedicated IP",
    value: (row) => row.host.dedicatedIp,
    cell: (row) => <CopyValue value={row.host.dedicatedIp} />,
  },
  {
    id: "share",
    header: "Share",
    value: (row) => row.share.owned / bucketCount,
    className: "min-w-44",
    cell: ({ share, scale }) => (
      <span className="flex items-center gap-3">
        <ShareBar share={share} scale={scale} className="min-w-20 flex-1" />
        <span className="w-14 text-right">{percent(share.owned, bucketCount)}</span>
      </span>
    ),
  },
  {
    id: "open",
    header: "Open connections",
    value: (row) => liveOpen(row.host),
    cell: (row) => count(liveOpen(row.host)),
    align: "right",
  },
  {
    id: "rate",
    header: "Traffic, 5 s mean",
    value: (row) => liveRates(row.host)?.acceptedPacketsPerS ?? null,
    cell: (row) => <Traffic host={row.host} />,
    align: "right",
    className: "min-w-32",
  },
  {
    id: "loss",
    header: "Heartbeats lost",
    value: ({ heard }) => heard?.lostPercent ?? null,
    cell: ({ heard, cluster }) => <Loss heard={heard} periodMs={cluster.heartbeat.periodMs} />,
    align: "right",
    className: "min-w-28",
  },
];

function Tag({ text, title }: { text: string; title: string }) {
  return (
    <span title={title} className="rounded-sm border px-1 text-[11px] leading-4 font-normal text-muted">
      {text}
    </span>
  );
}

/** One tag for few, one number for many. */
function SingleRules({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  const text = names.length > 2 ? `${names.length} single-host rules` : names.join(", ");
  return (
    <Tag
      text={text}
      title={`Takes all clients of single-host ${names.length === 1 ? "rule" : "rules"} ${names.join(", ")}`}
    />
  );
}

const liveRates = (host: WlbsHost) => (host.online ? host.rates : null);
const liveOpen = (host: WlbsHost) => (host.online ? (host.status?.openConnections ?? null) : null);

function Traffic({ host }: { host: WlbsHost }) {
  const rates = liveRates(host);
  if (!rates) return "–";
  return (
    <span className="grid leading-4">
      <span>{rate(rates.acceptedPacketsPerS)} packets/s</span>
      <span className="text-[12px] text-muted">{bytesPerSecond(rates.acceptedBytesPerS)}</span>
    </span>
  );
}

/** The worst ear counts: one bad path is enough to lose a host. */
function Loss({ heard, periodMs }: { heard: Row["heard"]; periodMs: number }) {
  if (!heard) return "–";
  return (
    <span
      className="grid leading-4"
      title={`last heard ${duration(heard.lastHeardMsAgo)} ago, jitter ${heard.jitterMs.toFixed(1)} ms`}
    >
      <span className={cn(heard.lostPercent >= lossyPercent && "font-medium text-warn")}>
        {lossText(heard)}
      </span>
      <span className="text-[12px] text-muted">{timingText(heard.jitterMs, periodMs)}</span>
    </span>
  );
}

export function HostsTable({ cluster, now, onAct, onAsk }: ViewProps) {
  const shares = sharesOf(cluster);
  const scale = shareScale(shares);
  const rows = cluster.hosts.flatMap((host, i): Row[] => {
    const share = shares[i];
    return share ? [{ cluster, host, share, scale, now, heard: heardByPeers(cluster, host.hostId) }] : [];
  });
  const acts: Column<Row> = {
    id: "acts",
    header: "",
    cell: (row) => <HostMenu cluster={cluster} host={row.host} onAct={onAct} onAsk={onAsk} />,
    align: "right",
    className: "sticky right-0 bg-inherit",
  };
  return (
    <DataTable
      label={`Hosts of ${cluster.name}`}
      columns={[...columns, acts]}
      rows={rows}
      rowKey={(row) => row.host.node}
      initialSort={{ id: "id", direction: "up" }}
      empty="The fleet file names no host for this cluster."
      exportable
    />
  );
}
