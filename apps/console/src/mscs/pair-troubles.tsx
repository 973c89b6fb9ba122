"use client";
/** What is wrong with a pair, above every view of it: first what waits for a person, then what the next failure would cost. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import Link from "next/link";
import { listed } from "../acts/consequence.ts";
import { mscsViewPath } from "../shell/places.ts";
import { confirmOffLine, type StuckNode, stuckNodes } from "../states/mscs-fencing.ts";
import type { MscsCluster } from "../states/mscs-states.ts";
import { fencedAt } from "./quorum/quorum-model.ts";
import { weaknesses, weaknessView } from "./troubles.ts";

export function PairTroubles({ cluster }: { cluster: MscsCluster }) {
  return (
    <>
      {stuckNodes(cluster).map((stuck) => (
        <Stuck key={stuck.node} cluster={cluster} stuck={stuck} />
      ))}
      <NotProtected cluster={cluster} />
      <Drifted cluster={cluster} />
      <Blind cluster={cluster} />
    </>
  );
}

interface StuckProps {
  cluster: MscsCluster;
  stuck: StuckNode;
}

/** The pair waits for ever until it is told that the node is off. */
function Stuck({ cluster, stuck: { node, attempts, lastAt, groups } }: StuckProps) {
  const at = fencedAt(lastAt);
  const peer = cluster.nodes.find(({ name }) => name !== node)?.name ?? "the other node";
  const what = groups.length > 0 ? listed(groups) : "a group";
  return (
    <Notice role="bad" title={`${node} is lost and could not be switched off`} live>
      <p>
        {plural(attempts, "attempt")} failed, the last one {at === null ? lastAt : <TimeAgo at={at} />}.{" "}
        {node} may still run {what}: two owners would destroy the data, so {peer} waits until {node} is surely
        off.
      </p>
      <p className="font-medium">
        Mend the fence device; the engine goes on trying. Or go and see that {node} is off, then say so as
        root on {peer}:
      </p>
      <CopyBlock label="Command" text={confirmOffLine(node)} className="mt-1.5 max-w-xl" />
      <p className="mt-1">
        Say only what you have seen: if {node} is not off, both nodes will run {what}.
      </p>
    </Notice>
  );
}

/** Red, on every view: the next failure may stop the groups, or let both nodes run them. */
function NotProtected({ cluster }: { cluster: MscsCluster }) {
  const why = weaknesses(cluster);
  if (why.length === 0) return null;
  const view = weaknessView(cluster);
  return (
    <Notice
      role="bad"
      title="Not protected"
      action={
        <Link href={mscsViewPath(cluster.name, view)} scroll={false} className={buttonLook({ size: "sm" })}>
          {view === "nodes" ? "Show the nodes" : "Show quorum and fencing"}
        </Link>
      }
    >
      {why.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  );
}

/** Somebody has changed the engine beside the fleet file. */
function Drifted({ cluster }: { cluster: MscsCluster }) {
  const differences = cluster.drift.length;
  if (differences === 0) return null;
  return (
    <Notice
      role="warn"
      title={`The engine is configured otherwise than the fleet file says: ${plural(differences, "difference")}`}
      action={
        <Link
          href={mscsViewPath(cluster.name, "setup")}
          scroll={false}
          className={buttonLook({ size: "sm" })}
        >
          Show it, then adopt or revert
        </Link>
      }
    />
  );
}

/** Nobody tells what runs. That is no reason to start it twice. */
function Blind({ cluster: { view } }: { cluster: MscsCluster }) {
  if (view?.engineBlind === null) return null;
  return (
    <Notice role="unknown" title="The groups may well run without being seen">
      <p>The nodes need no controller for that. What runs where is told on a node itself, as root:</p>
      <CopyBlock label="Command" text="crm_mon --one-shot --inactive" className="mt-1.5 max-w-xl" />
    </Notice>
  );
}
