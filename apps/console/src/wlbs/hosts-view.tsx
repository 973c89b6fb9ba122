"use client";
/** The hosts of a cluster and their traffic. */
import { Section } from "@bulkhead/ui/page.tsx";
import { useLive } from "../live/live-provider.tsx";
import { wlbsHostCondition } from "../states/wlbs-states.ts";
import { hasOneDistribution } from "./cluster-model.ts";
import { ConditionList } from "./condition-list.tsx";
import { HostsTable } from "./hosts-table.tsx";
import { TrafficPlot } from "./traffic-plot.tsx";
import type { ViewProps } from "./view-props.ts";

export function HostsView({ cluster, now, onAct, onAsk }: ViewProps) {
  const live = useLive();
  const note = hasOneDistribution(cluster) ? null : "share: mean over the rules of multiple hosts";
  const conditions = cluster.hosts.map((host) => ({
    node: host.node,
    condition: wlbsHostCondition(cluster, host, now),
  }));
  return (
    <>
      <Section
        title="Hosts"
        note={note}
        actions={
          <ConditionList hosts={conditions} label="States in short" className="flex flex-wrap gap-x-5" />
        }
      >
        <HostsTable cluster={cluster} now={now} onAct={onAct} onAsk={onAsk} />
      </Section>
      <Section
        title="Traffic per host"
        note="packets accepted, 5 s mean, since this page was opened, 15 min at most"
      >
        <TrafficPlot cluster={cluster} samples={live.traffic[cluster.name] ?? []} />
      </Section>
    </>
  );
}
