"use client";
/** One port rule on every host: state and last word of the probe, load, share, connections, acts. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { count, percent } from "@bulkhead/ui/format.ts";
import { ConditionView } from "../states/condition-view.tsx";
import type { WlbsRule } from "../states/wlbs-states.ts";
import { bucketCount } from "./bucket-model.ts";
import { RuleMenu } from "./rule-menu.tsx";
import { type RuleOnHost, ruleOnHosts } from "./rule-shares.ts";
import { HostSwatch, ShareBar, shareScale } from "./share-bar.tsx";
import type { ViewProps } from "./view-props.ts";

function columnsFor(rule: WlbsRule, scale: number): Column<RuleOnHost>[] {
  const loadHeader = rule.mode === "single" ? "Priority" : "Weight";
  return [
    {
      id: "host",
      header: "Host",
      value: ({ host }) => host.node,
      cell: ({ host }) => (
        <span className="flex items-center gap-2 font-medium whitespace-nowrap">
          <HostSwatch hostId={host.hostId} /> {host.node}
        </span>
      ),
    },
    {
      id: "state",
      header: "State",
      value: ({ condition }) => condition.word,
      cell: ({ condition }) => <ConditionView condition={condition} wide />,
    },
    {
      id: "load",
      header: loadHeader,
      value: ({ load }) => load,
      cell: ({ load }) => count(load),
      align: "right",
    },
    {
      id: "share",
      header: "Share",
      value: ({ share }) => share.owned / bucketCount,
      className: "min-w-32",
      cell: ({ share }) => (
        <span className="flex items-center gap-2">
          <ShareBar share={share} scale={scale} className="min-w-12 flex-1" />
          <span className="w-13 text-right">{percent(share.owned, bucketCount)}</span>
        </span>
      ),
    },
    {
      id: "open",
      header: "Open",
      value: ({ view }) => view?.openConnections ?? null,
      cell: ({ view }) => count(view?.openConnections),
      align: "right",
    },
  ];
}

export function RuleHosts({ cluster, rule, onAct, onAsk }: ViewProps & { rule: WlbsRule }) {
  const rows = ruleOnHosts(cluster, rule);
  const acts: Column<RuleOnHost> = {
    id: "acts",
    header: "",
    cell: ({ host }) => <RuleMenu place={{ cluster, rule, host }} onAct={onAct} onAsk={onAsk} />,
    align: "right",
    className: "sticky right-0 bg-inherit",
  };
  return (
    <DataTable
      label={`Rule ${rule.name} on the hosts of ${cluster.name}`}
      columns={[...columnsFor(rule, shareScale(rows.map(({ share }) => share))), acts]}
      rows={rows}
      rowKey={({ host }) => host.node}
    />
  );
}
