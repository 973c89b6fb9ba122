"use client";
/** One WLBS cluster: what is wrong first, then one view of it at a time. */
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
import { calmText } from "./cluster-model.ts";
import { CountersView } from "./counters-view.tsx";
import { Findings } from "./findings.tsx";
import { HeartbeatsView } from "./heartbeats-view.tsx";
import { HistoryView } from "./history-view.tsx";
import { ClusterActs } from "./host-menu.tsx";
import { HostsView } from "./hosts-view.tsx";
import { QuestionDialog } from "./question-dialog.tsx";
import type { Question } from "./questions.ts";
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
  const [question, setQuestion] = useState<Question | null>(null);
  const condition = wlbsClusterCondition(cluster);
  const View = pages[view];
  return (
    <Page
      title={cluster.name}
      trail={<Link href="/load-balancing">Load balancing</Link>}
      state={<State role={condition.role} word={condition.word} />}
      lead={<Why cluster={cluster} />}
      actions={<ClusterActs cluster={cluster} onAct={setAct} onAsk={setQuestion} />}
    >
      <Findings findings={cluster.findings} />
      <ClusterFacts cluster={cluster} />
      <ViewNav cluster={cluster} view={view} />
      <View key={cluster.name} cluster={cluster} now={now} onAct={setAct} onAsk={setQuestion} />
      <ActDialog act={act} onClose={() => setAct(null)} />
      <QuestionDialog question={question} onClose={() => setQuestion(null)} />
    </Page>
  );
}

/**
 * The cause in one line under the title, unless a finding below says it. The line is always there: what follows must not jump
 * under the pointer when something happens.
 */
function Why({ cluster }: { cluster: WlbsCluster }) {
  const { role, why } = wlbsClusterCondition({ ...cluster, findings: [] });
  const isSplitTold = cluster.state === "split" && cluster.findings.length > 0;
  const isTold = isSplitTold || cluster.findings.some(({ text }) => why?.includes(text));
  if (why === null || isTold) return <span>{calmText(cluster)}</span>;
  return <span className={role === "bad" ? "font-medium text-bad" : "text-text"}>{why}</span>;
}
