"use client";
/** One node of a pair: state, what it runs, its daemons, and what can be done with it. */
import { Button } from "@bulkhead/ui/button.tsx";
import { cn } from "@bulkhead/ui/cn.ts";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Menu, MenuLine } from "@bulkhead/ui/menu.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { CirclePause, CirclePlay, Ellipsis, Hammer, Hourglass, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { ActItem } from "../../acts/act-item.tsx";
import { type MscsCluster, mscsNodeCondition } from "../../states/mscs-states.ts";
import { type NodeVerb, nodeAct, nodeBlockedBy, nodeVerbLabels } from "../acts/node-acts.ts";
import type { PairAct } from "../acts/pair-act.ts";
import { Told } from "../told.tsx";
import { runsText } from "./node-text.ts";

type PairNode = MscsCluster["nodes"][number];

interface NodeProps {
  cluster: MscsCluster;
  node: PairNode;
  onAct: (act: PairAct) => void;
}

export function NodeCard({ cluster, node, onAct }: NodeProps) {
  const condition = mscsNodeCondition(cluster, node.name);
  return (
    <article
      aria-label={`Node ${node.name}`}
      className={cn(
        "rounded-md border bg-surface px-4 py-3",
        condition.role === "bad" && "border-bad-line bg-bad-soft",
        condition.role === "unknown" && "border-dashed border-off",
      )}
    >
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-44">
          <h3 className="flex flex-wrap items-baseline gap-x-3 font-semibold">
            {node.name}
            <State role={condition.role} word={condition.word} className="font-normal" />
          </h3>
          {condition.why ? <p className="text-dense">{condition.why}</p> : null}
          <Told cluster={cluster} />
        </div>
        <NodeActs cluster={cluster} node={node} onAct={onAct} />
      </header>
      <NodeFacts cluster={cluster} node={node} />
    </article>
  );
}

function NodeFacts({ cluster, node }: Omit<NodeProps, "onAct">) {
  const isKnown = cluster.view !== null && cluster.view.engineBlind === null;
  const facts: { term: string; value: ReactNode }[] = [
    { term: "Runs", value: runsText(cluster, node.name) },
    { term: "Heartbeat address", value: <CopyValue value={node.address} /> },
    {
      term: "On the second link",
      value: node.secondAddress ? <CopyValue value={node.secondAddress} /> : "there is one link",
    },
    { term: "Coordinator", value: isKnown ? (cluster.view?.dc === node.name ? "yes" : "no") : "not known" },
    { term: "Agent", value: <AgentLink node={node} /> },
    { term: "Engine", value: <Daemons daemons={node.daemons ?? []} isFresh={node.online} /> },
  ];
  return (
    <dl className="mt-3 grid grid-cols-[118px_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-dense">
      {facts.map(({ term, value }) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
      {node.lastError ? <dd className="col-span-2 text-bad">{node.lastError}</dd> : null}
    </dl>
  );
}

function AgentLink({ node }: { node: PairNode }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <State role={node.online ? "ok" : "unknown"} word={node.online ? "Online" : "No news"} />
      {node.statusAt === undefined ? null : (
        <span className="text-muted">
          reported <TimeAgo at={node.statusAt} />
        </span>
      )}
    </span>
  );
}

/** Old news of a daemon is no news. */
function Daemons({ daemons, isFresh }: { daemons: NonNullable<PairNode["daemons"]>; isFresh: boolean }) {
  if (daemons.length === 0) return <span className="text-muted">not told</span>;
  return (
    <ul aria-label="Daemons" className="flex flex-wrap gap-x-4">
      {daemons.map(({ name, running }) => (
        <li key={name}>
          <State
            role={isFresh ? (running ? "ok" : "bad") : "unknown"}
            word={running || !isFresh ? name : `${name} does not run`}
          />
        </li>
      ))}
    </ul>
  );
}

const icons: Record<NodeVerb, ReactNode> = {
  keep: <CirclePause aria-hidden />,
  drain: <Hourglass aria-hidden />,
  resume: <CirclePlay aria-hidden />,
  evict: <LogOut aria-hidden />,
  rebuild: <Hammer aria-hidden />,
};

function NodeActs({ cluster, node: { name }, onAct }: NodeProps) {
  const isPaused = cluster.view?.nodes.find((each) => each.name === name)?.state === "paused";
  const first: NodeVerb = isPaused ? "resume" : "drain";
  const item = (verb: NodeVerb) => (
    <ActItem
      key={verb}
      icon={icons[verb]}
      label={nodeVerbLabels[verb]}
      reason={nodeBlockedBy(verb, cluster, name)}
      onSelect={() => onAct(nodeAct(verb, cluster, name))}
    />
  );
  return (
    <div className="flex gap-1">
      <Button
        onClick={() => onAct(nodeAct(first, cluster, name))}
        blockedBy={nodeBlockedBy(first, cluster, name)}
      >
        {icons[first]} {nodeVerbLabels[first]}
      </Button>
      <Menu
        trigger={
          <Button size="icon" aria-label={`Acts on node ${name}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        {(["keep", "drain", "resume"] as const).filter((verb) => verb !== first).map(item)}
        <MenuLine />
        {(["evict", "rebuild"] as const).map(item)}
      </Menu>
    </div>
  );
}
