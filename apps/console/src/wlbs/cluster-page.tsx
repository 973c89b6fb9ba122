"use client";
/** One WLBS cluster: what is wrong first, then one view of it at a time. */
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Page } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import type { WlbsView } from "../shell/places.ts";
import { type WlbsCluster, wlbsClusterCondition } from "../states/wlbs-states.ts";
import { ActDialog } from "./act-dialog.tsx";
import type { Act } from "./acts.ts";
import { AskView } from "./ask-view.tsx";
import { ClusterFacts } from "./cluster-facts.tsx";
import { CountersView } from "./counters-view.tsx";
import { Findings } from "./findings.tsx";
import { HeartbeatsView } from "./heartbeats-view.tsx";
import { HistoryView } from "./history-view.tsx";
import { ClusterActs } from "./host-menu.tsx";
import { HostsView } from "./hosts-view.tsx";
import { RulesView } from "./rules-view.tsx";
import { SetupView } from "./setup-view.tsx";
import { ViewNav } from "./view-nav.tsx";
import type { ViewProps } from "./view-props.ts";
import { viewOf } from "./views.ts";

const pages: Record<WlbsView, (props: ViewProps) => React.ReactNode> = {
  hosts: HostsView,
  rules: RulesView,
  heartbeats: HeartbeatsView,
  history: HistoryView,
  ask: AskView,
  counters: CountersView,
  setup: SetupView,
};

/** @param now the controller's clock. */
export function ClusterPage({ cluster, now }: { cluster: WlbsCluster; now: number }) {
  const view = viewOf(useSearchParams().get("view"));
  const [act, setAct] = useState<Act | null>(null);
  const condition = wlbsClusterCondition(cluster);
  const View = pages[view];
  return (
    <Page
      title={cluster.name}
      trail={<Link href="/load-balancing">Load balancing</Link>}
      state={<State role={condition.role} word={condition.word} />}
      actions={<ClusterActs cluster={cluster} onAct={setAct} />}
    >
      <Findings findings={cluster.findings} />
      <Why cluster={cluster} />
      <ClusterFacts cluster={cluster} />
      <ViewNav cluster={cluster} view={view} />
      <View key={cluster.name} cluster={cluster} now={now} onAct={setAct} />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </Page>
  );
}

/** The why line, unless a finding above has said it. */
function Why({ cluster }: { cluster: WlbsCluster }) {
  const { role, why } = wlbsClusterCondition({ ...cluster, findings: [] });
  const isTold = cluster.state === "split" && cluster.findings.some(({ severity }) => severity === "error");
  if (why === null || isTold || cluster.findings.some((finding) => why.includes(finding.text))) return null;
  return <Notice role={role}>{why}</Notice>;
}
