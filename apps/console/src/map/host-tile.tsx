"use client";
/** A host of the front room: as a tile with its share, or as a small cell when there are many. Wrong ones stay large. */
import { cn } from "@bulkhead/ui/cn.ts";
import { count, percent, rate } from "@bulkhead/ui/format.ts";
import { State, StateIcon } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { wlbsPath } from "../shell/places.ts";
import { type WlbsCluster, type WlbsHost, wlbsHostCondition } from "../states/wlbs-states.ts";
import { bucketCount, type Share } from "../wlbs/bucket-model.ts";
import { hostColour } from "../wlbs/host-colour.ts";
import { ShareBar } from "../wlbs/share-bar.tsx";

interface HostProps {
  cluster: WlbsCluster;
  host: WlbsHost;
  share: Share;
  /** The controller's clock. */
  now: number;
}

/** @param scale common scale of the share bars. */
export function HostTile({ cluster, host, share, scale, now }: HostProps & { scale: number }) {
  const condition = wlbsHostCondition(cluster, host, now);
  const silent = condition.role === "unknown" || condition.role === "bad";
  return (
    <li className="min-w-0 sm:px-[5px]">
      <Link
        href={wlbsPath(cluster.name)}
        data-map-object={`node:${host.node}`}
        className={cn(
          "block h-full rounded-md border bg-surface px-3 py-2.5 transition-colors hover:border-line-strong",
          condition.role === "bad" && "border-bad-line",
          condition.role === "unknown" && "hatched",
        )}
        style={{ borderTop: `3px solid ${silent ? "var(--line-strong)" : hostColour(host.hostId)}` }}
      >
        <span className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span>
            <span className="font-medium">{host.node}</span>
            {host.status?.isDefaultHost && host.online ? (
              <span className="ml-1.5 text-[11px] font-normal text-muted">default host</span>
            ) : null}
          </span>
          <State role={condition.role} word={condition.word} className="text-dense" />
        </span>
        <span className="mt-1.5 flex items-baseline justify-between gap-2">
          <span className="text-[17px] leading-6 font-medium tracking-[-0.01em]">
            {percent(share.owned, bucketCount)}
          </span>
          <span className="text-[12px] text-muted">target {percent(share.target, bucketCount)}</span>
        </span>
        <ShareBar share={share} scale={scale} className="mt-1 block" />
        <span className="mt-2 block text-[12px] text-muted">
          {host.online
            ? `${rate(host.rates?.acceptedPacketsPerS)} packets/s, ${count(host.status?.openConnections)} open`
            : "no news of its traffic"}
        </span>
        {condition.why && condition.role !== "ok" ? (
          <span className="mt-1 block text-[12px] leading-4">{condition.why}</span>
        ) : null}
      </Link>
    </li>
  );
}

export function HostCell({ cluster, host, share, now }: HostProps) {
  const condition = wlbsHostCondition(cluster, host, now);
  const large = condition.role !== "ok" && condition.role !== "off";
  return (
    <li className={cn("min-w-0", large && "col-span-2")}>
      <Link
        href={wlbsPath(cluster.name)}
        data-map-object={`node:${host.node}`}
        title={condition.why ?? `${host.node}: ${condition.word}, ${percent(share.owned, bucketCount)}`}
        className={cn(
          "block h-full rounded-[5px] border bg-surface px-2 py-1 hover:border-line-strong",
          condition.role === "bad" && "border-bad-line",
          condition.role === "unknown" && "hatched",
        )}
        style={{ borderLeft: `3px solid ${hostColour(host.hostId)}` }}
      >
        <span className="flex items-center justify-between gap-1">
          <span className="truncate text-[12px] font-medium">{host.node}</span>
          {large ? (
            <State role={condition.role} word={condition.word} className="text-[12px]" />
          ) : (
            <StateIcon role={condition.role} />
          )}
        </span>
        <span className="block text-[11px] leading-4 text-muted">
          {percent(share.owned, bucketCount)}
          <span className="sr-only">, {condition.word}</span>
        </span>
      </Link>
    </li>
  );
}
