"use client";
/** The hosts of a cluster: state, share against target, traffic, and the acts. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { count, duration, percent, rate } from "@bulkhead/ui/format.ts";
import { Menu, MenuItem } from "@bulkhead/ui/menu.tsx";
import { Ellipsis, Hourglass, Play, Square } from "lucide-react";
import type { HostVerb } from "../states/cli.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { type WlbsCluster, type WlbsHost, wlbsHostCondition } from "../states/wlbs-states.ts";
import { bucketCount, type Share, sharesOf } from "./bucket-model.ts";
import { blockedBy, verbLabels } from "./host-acts.ts";
import { HostSwatch, ShareBar, shareScale } from "./share-bar.tsx";

interface Row {
  cluster: WlbsCluster;
  host: WlbsHost;
  share: Share;
  scale: number;
  now: number;
}

/** How long ago the peers heard this host: the freshest ear counts. Null when nobody says. */
function heardMsAgo({ cluster, host }: Row): number | null {
  const ears = cluster.hosts.flatMap((peer) =>
    peer.online && peer.hostId !== host.hostId
      ? (peer.status?.members ?? []).filter((member) => member.hostId === host.hostId)
      : [],
  );
  return ears.length === 0 ? null : Math.min(...ears.map((member) => member.lastHeardMsAgo));
}

const columns: Column<Row>[] = [
  {
    id: "host",
    header: "Host",
    value: (row) => row.host.node,
    cell: ({ host }) => (
      <span className="flex items-center gap-2 font-medium whitespace-nowrap">
        <HostSwatch hostId={host.hostId} /> {host.node}
        {host.status?.isDefaultHost && host.online ? (
          <span
            title="Takes traffic that no port rule covers"
            className="rounded-sm border px-1 text-[11px] leading-4 font-normal text-muted"
          >
            default host
          </span>
        ) : null}
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
    id: "rate",
    header: "Packets/s, 5 s mean",
    value: (row) => liveRate(row.host),
    cell: (row) => rate(liveRate(row.host)),
    align: "right",
  },
  {
    id: "open",
    header: "Open connections",
    value: (row) => liveOpen(row.host),
    cell: (row) => count(liveOpen(row.host)),
    align: "right",
  },
  {
    id: "heard",
    header: "Heard by peers",
    value: heardMsAgo,
    cell: (row) => {
      const ms = heardMsAgo(row);
      return ms === null ? "–" : `${duration(ms)} ago`;
    },
    align: "right",
  },
];

const liveRate = (host: WlbsHost) => (host.online ? (host.rates?.acceptedPacketsPerS ?? null) : null);
const liveOpen = (host: WlbsHost) => (host.online ? (host.status?.openConnections ?? null) : null);

const verbs: { verb: HostVerb; icon: React.ReactNode }[] = [
  { verb: "start", icon: <Play aria-hidden /> },
  { verb: "drainstop", icon: <Hourglass aria-hidden /> },
  { verb: "stop", icon: <Square aria-hidden /> },
];

/** @param onAct asks for the dialog of one act. */
export function HostsTable({
  cluster,
  now,
  onAct,
}: {
  cluster: WlbsCluster;
  now: number;
  onAct: (verb: HostVerb, host: WlbsHost) => void;
}) {
  const shares = sharesOf(cluster);
  const scale = shareScale(shares);
  const rows = cluster.hosts.flatMap((host): Row[] => {
    const share = shares.find((each) => each.hostId === host.hostId);
    return share ? [{ cluster, host, share, scale, now }] : [];
  });
  const acts: Column<Row> = {
    id: "acts",
    header: "",
    cell: (row) => <HostActs host={row.host} onAct={onAct} />,
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
      exportable
    />
  );
}

function HostActs({ host, onAct }: { host: WlbsHost; onAct: (verb: HostVerb, host: WlbsHost) => void }) {
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={`Acts on ${host.node}`}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      {verbs.map(({ verb, icon }) => {
        const reason = blockedBy(verb, host);
        return (
          <MenuItem key={verb} onSelect={() => onAct(verb, host)} disabled={reason !== null}>
            {icon}
            <span>
              {verbLabels[verb]}
              {reason ? (
                <span className="block max-w-60 text-[12px] leading-4 text-muted">{reason}</span>
              ) : null}
            </span>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
