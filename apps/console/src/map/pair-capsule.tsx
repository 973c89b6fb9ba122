"use client";
/** A pair as a capsule of two cells with the group chips in the owner's cell, the links between them, and the witness beside it. */
import { cn } from "@bulkhead/ui/cn.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { Eye } from "lucide-react";
import Link from "next/link";
import { useRef } from "react";
import { runningActs } from "../mscs/acts/pair-act.ts";
import { votesShort, votesText } from "../mscs/quorum/quorum-model.ts";
import { Told } from "../mscs/told.tsx";
import { mscsPath, mscsViewPath } from "../shell/places.ts";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  mscsClusterCondition,
  mscsNodeCondition,
  notProtected,
  votes,
} from "../states/mscs-states.ts";
import { GroupChip } from "./group-chip.tsx";
import { PairLinks } from "./pair-links.tsx";
import { useCrossing } from "./use-crossing.ts";

export function PairCapsule({ cluster }: { cluster: MscsCluster }) {
  const frame = useRef<HTMLElement>(null);
  const groups = cluster.view?.groups ?? [];
  useCrossing(frame, new Map(groups.map((group) => [group.name, group.owner])));
  const [first, second] = cluster.nodes;
  const homeless = groups.filter((group) => !cluster.nodes.some((node) => node.name === group.owner));
  return (
    <article ref={frame} aria-label={`MSCS pair ${cluster.name}`}>
      <Head cluster={cluster} />
      <div className="grid items-stretch gap-y-0 md:grid-cols-[minmax(0,1fr)_40px_210px]">
        <div
          data-map-object={`mscs-cluster:${cluster.name}`}
          className="grid overflow-hidden rounded-[20px] border border-back-line bg-surface sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]"
        >
          {first ? <PairCell cluster={cluster} node={first.name} /> : null}
          <PairLinks cluster={cluster} />
          {second ? <PairCell cluster={cluster} node={second.name} /> : null}
        </div>
        <WitnessLine cluster={cluster} />
        <Witness cluster={cluster} />
      </div>
      <Homeless
        cluster={cluster}
        groups={homeless.filter((group) => isLost(cluster, group))}
        label="Nobody knows where:"
      />
      <Homeless
        cluster={cluster}
        groups={homeless.filter((group) => !isLost(cluster, group))}
        label="On no node:"
      />
    </article>
  );
}

/** It may run, and nobody can tell where. */
const isLost = (cluster: MscsCluster, group: GroupView) => groupCondition(cluster, group).role === "unknown";

interface HomelessProps {
  cluster: MscsCluster;
  groups: readonly GroupView[];
  label: string;
}

function Homeless({ cluster, groups, label }: HomelessProps) {
  if (groups.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2 text-dense text-muted">
      {label}{" "}
      {groups.map((group) => (
        <GroupChip key={group.name} cluster={cluster} group={group} />
      ))}
    </div>
  );
}

function Head({ cluster }: { cluster: MscsCluster }) {
  const condition = mscsClusterCondition(cluster);
  const weak = notProtected(cluster);
  const orders = runningActs(cluster);
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
      <Link href={mscsPath(cluster.name)} className="font-semibold hover:underline">
        {cluster.name}
      </Link>
      <span className="text-dense text-muted" title={votesText(cluster)}>
        {votesShort(cluster)}
      </span>
      <Told cluster={cluster} />
      <span className="flex-1" />
      {orders[0] ? (
        <State role="active" word={orders[0].message || "An order is under way"} className="text-dense" />
      ) : null}
      {weak.length > 0 && condition.word !== "Not protected" ? (
        <Link href={mscsViewPath(cluster.name, "quorum")} title={weak.join("\n")} className="hover:underline">
          <State role="bad" word="Not protected" className="text-dense" />
        </Link>
      ) : null}
      <State role={condition.role} word={condition.word} className="text-dense" />
    </p>
  );
}

function PairCell({ cluster, node }: { cluster: MscsCluster; node: string }) {
  const condition = mscsNodeCondition(cluster, node);
  const groups = (cluster.view?.groups ?? []).filter((group) => group.owner === node);
  const address = cluster.nodes.find((each) => each.name === node)?.address;
  return (
    <div
      data-map-object={`node:${node}`}
      className={cn(
        "min-h-28 px-5 py-3.5 transition-colors duration-200",
        condition.role === "bad" && "bg-bad-soft",
        condition.role === "unknown" && "hatched",
      )}
    >
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span>
          <span className="font-medium">{node}</span>
          <span className="ml-2 font-mono text-[12px] text-muted">{address}</span>
        </span>
        <State role={condition.role} word={condition.word} className="text-dense" />
      </p>
      <div className="mt-2.5 flex flex-wrap gap-2">
        {groups.map((group) => (
          <GroupChip key={group.name} cluster={cluster} group={group} />
        ))}
        {groups.length === 0 ? (
          <span className="text-dense text-muted">
            {condition.role === "ok" ? "Stands by" : (condition.why ?? "")}
          </span>
        ) : null}
      </div>
    </div>
  );
}

function WitnessLine({ cluster }: { cluster: MscsCluster }) {
  const vote = votes(cluster).find((each) => each.kind === "witness");
  return (
    <span aria-hidden className="grid place-items-center max-md:h-4">
      <span
        className={cn(
          "max-md:h-full max-md:w-px md:h-px md:w-full",
          vote?.cast === true
            ? "bg-back-line"
            : vote?.cast === null
              ? "bg-[repeating-linear-gradient(90deg,var(--off)_0_2px,transparent_2px_6px)]"
              : "bg-[repeating-linear-gradient(90deg,var(--bad)_0_4px,transparent_4px_9px)]",
        )}
      />
    </span>
  );
}

function Witness({ cluster }: { cluster: MscsCluster }) {
  if (cluster.witness === null)
    return (
      <p className="self-center rounded-[20px] border border-dashed border-bad-line px-4 py-3 text-dense text-bad">
        no witness
      </p>
    );
  const { node } = cluster.witness;
  const vote = votes(cluster).find((each) => each.kind === "witness");
  const role = vote?.cast === true ? "ok" : vote?.cast === false ? "bad" : "unknown";
  const word = vote?.cast === true ? "Votes" : vote?.cast === false ? "No vote" : "No news";
  return (
    <div
      data-map-object={`node:${node}`}
      className={cn(
        "self-center rounded-[20px] border border-back-line bg-surface px-4 py-3",
        role === "unknown" && "hatched",
      )}
    >
      <p className="flex items-baseline justify-between gap-3">
        <span className="inline-flex items-center gap-2 font-medium">
          <Eye aria-hidden className="size-4 text-muted" /> {node}
        </span>
      </p>
      <p className="mt-0.5 flex items-baseline justify-between gap-3 text-dense">
        <span className="text-muted">witness</span>
        <State role={role} word={word} />
      </p>
    </div>
  );
}
