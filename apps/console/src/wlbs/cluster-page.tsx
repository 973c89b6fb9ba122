"use client";
/** One WLBS cluster: why line, hosts, buckets, traffic. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Facts, Page, Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { useState } from "react";
import { useLive } from "../live/live-provider.tsx";
import { type WlbsCluster, wlbsClusterCondition } from "../states/wlbs-states.ts";
import { BucketField } from "./bucket-field.tsx";
import { ClientProbe, useClientProbe } from "./client-probe.tsx";
import { type HostAct, HostDialog } from "./host-dialog.tsx";
import { HostsTable } from "./hosts-table.tsx";
import { PortRules } from "./port-rules.tsx";
import { TrafficPlot } from "./traffic-plot.tsx";

/** @param now the controller's clock. */
export function ClusterPage({ cluster, now }: { cluster: WlbsCluster; now: number }) {
  const live = useLive();
  const probe = useClientProbe(cluster);
  const [act, setAct] = useState<HostAct | null>(null);
  const condition = wlbsClusterCondition(cluster);
  const lit = probe.answer && "bucket" in probe.answer ? probe.answer.bucket : null;
  return (
    <Page
      title={cluster.name}
      trail={<Link href="/load-balancing">Load balancing</Link>}
      state={<State role={condition.role} word={condition.word} />}
    >
      {condition.why ? <Notice role={condition.role}>{condition.why}</Notice> : null}
      <ClusterFacts cluster={cluster} />
      <Section title="Hosts">
        <HostsTable cluster={cluster} now={now} onAct={(verb, host) => setAct({ verb, host })} />
      </Section>
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,11fr)_minmax(0,10fr)]">
        <Section title="Buckets" note={`epoch ${cluster.epoch ?? "none yet"}`}>
          <BucketField cluster={cluster} change={live.changes[cluster.name]} lit={lit} />
        </Section>
        <div className="grid min-w-0 content-start gap-8">
          <Section title="Which host answers a client">
            <ClientProbe cluster={cluster} probe={probe} />
          </Section>
          <Section
            title="Traffic per host"
            note="packets accepted, 5 s mean, since this page was opened, 15 min at most"
          >
            <TrafficPlot cluster={cluster} samples={live.traffic[cluster.name] ?? []} />
          </Section>
        </div>
      </div>
      <PortRules cluster={cluster} />
      <HostDialog cluster={cluster} act={act} onClose={() => setAct(null)} />
    </Page>
  );
}

function ClusterFacts({ cluster }: { cluster: WlbsCluster }) {
  return (
    <Facts
      items={[
        { term: "Virtual IP", value: <CopyValue value={cluster.vip} /> },
        { term: "Delivery", value: cluster.mode },
        { term: "Cluster MAC", value: <CopyValue value={cluster.clusterMac} /> },
        { term: "Port rules", value: cluster.rules.length },
      ]}
    />
  );
}
