"use client";
/** One MSCS pair: what is wrong first, orders under way, then one view of it at a time. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Facts, Page } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { type MscsView, mscsViewPath } from "../shell/places.ts";
import { ViewTabs } from "../shell/view-tabs.tsx";
import { type GroupView, type MscsCluster, mscsClusterCondition, votes } from "../states/mscs-states.ts";
import { OrderDialog } from "./acts/order-dialog.tsx";
import type { PairAct } from "./acts/pair-act.ts";
import { PairMenu } from "./acts/pair-menu.tsx";
import { UnderWay } from "./acts/under-way.tsx";
import { GroupsView } from "./groups/groups-view.tsx";
import { HistoryView } from "./history/history-view.tsx";
import { NetworksView } from "./networks/networks-view.tsx";
import { NodesView } from "./nodes/nodes-view.tsx";
import { PairTroubles } from "./pair-troubles.tsx";
import type { PairViewProps } from "./pair-view-props.ts";
import { pairViewOf, pairViewRoles, pairViews } from "./pair-views.ts";
import { QuorumView } from "./quorum/quorum-view.tsx";
import { SetupView } from "./setup/setup-view.tsx";
import { Told } from "./told.tsx";
import { untold } from "./troubles.ts";
import { ValidationView } from "./validation/validation-view.tsx";
import { WhatIfView } from "./what-if/what-if-view.tsx";

const pages: Record<MscsView, (props: PairViewProps) => React.ReactNode> = {
  groups: GroupsView,
  nodes: NodesView,
  networks: NetworksView,
  quorum: QuorumView,
  history: HistoryView,
  "what-if": WhatIfView,
  setup: SetupView,
  validation: ValidationView,
};

/** @param now the controller's clock. */
export function PairPage({ cluster, now }: { cluster: MscsCluster; now: number }) {
  const view = pairViewOf(useSearchParams().get("view"));
  const [act, setAct] = useState<PairAct | null>(null);
  const condition = mscsClusterCondition(cluster);
  const View = pages[view];
  return (
    <Page
      title={cluster.name}
      trail={<Link href="/failover">Failover</Link>}
      state={<State role={condition.role} word={condition.word} />}
      lead={<Why cluster={cluster} />}
      actions={<PairMenu cluster={cluster} onAct={setAct} />}
    >
      <PairTroubles cluster={cluster} />
      <UnderWay cluster={cluster} />
      <PairFacts cluster={cluster} />
      <Tabs cluster={cluster} view={view} />
      <View key={cluster.name} cluster={cluster} now={now} onAct={setAct} />
      <OrderDialog cluster={cluster} act={act} onClose={() => setAct(null)} />
    </Page>
  );
}

/** Always there, so that what follows does not jump under the pointer when something happens. */
function Why({ cluster }: { cluster: MscsCluster }) {
  const { role } = mscsClusterCondition(cluster);
  const why = untold(cluster);
  if (why === null)
    return <span>Two nodes and a witness; a group runs on one node and moves when that fails.</span>;
  return <span className={role === "bad" ? "font-medium text-bad" : "text-text"}>{why}</span>;
}

function Tabs({ cluster, view }: { cluster: MscsCluster; view: MscsView }) {
  const roles = pairViewRoles(cluster);
  return (
    <ViewTabs
      label={`Views of ${cluster.name}`}
      here={view}
      tabs={pairViews.map(({ id, label }) => ({
        id,
        label,
        href: mscsViewPath(cluster.name, id),
        role: roles[id],
      }))}
    />
  );
}

function PairFacts({ cluster }: { cluster: MscsCluster }) {
  const { view, nodes } = cluster;
  const cast = votes(cluster).filter((vote) => vote.cast === true).length;
  const isBlind = view === null || view.engineBlind !== null;
  return (
    <Facts
      items={[
        { term: "Nodes", value: nodes.map(({ name }) => name).join(" and ") },
        { term: "Groups that run", value: isBlind ? "not known" : runText(view.groups) },
        { term: "Votes", value: isBlind ? "not known" : `${cast} of 3` },
        { term: "Fencing", value: <Fencing cluster={cluster} /> },
        { term: "Coordinator", value: isBlind ? "not known" : (view.dc ?? "none") },
        { term: "CIB epoch", value: view?.cibEpoch ? <CopyValue value={view.cibEpoch} /> : "–" },
        { term: "Age of this", value: <Told cluster={cluster} /> },
      ]}
    />
  );
}

/** What may run on an unclean node is counted apart. */
function runText(groups: readonly GroupView[]): string {
  const owned = groups.filter(({ owner }) => owner !== null).length;
  const unsure = groups.filter(({ state }) => state === "unknown").length;
  return `${owned} of ${groups.length}${unsure > 0 ? `, ${unsure} unknown` : ""}`;
}

function Fencing({ cluster: { view } }: { cluster: MscsCluster }) {
  if (view === null || view.engineBlind !== null) return "not known";
  if (!view.fencingEnabled) return <State role="bad" word="Off" />;
  const broken = view.fencing.filter(({ working }) => working === false);
  return broken.length > 0 ? <State role="bad" word="Does not work" /> : "on";
}
