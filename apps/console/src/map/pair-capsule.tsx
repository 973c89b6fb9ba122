"use client";
/** A pair as a capsule of two cells with the group chips in the owner's cell, and the witness beside it. */
import { cn } from "@bulkhead/ui/cn.ts";
import { State, StateIcon } from "@bulkhead/ui/state.tsx";
import { Eye, HeartOff, HeartPulse } from "lucide-react";
import Link from "next/link";
import { mscsPath } from "../shell/places.ts";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  mscsClusterCondition,
  mscsNodeCondition,
  votes,
} from "../states/mscs-states.ts";

export function PairCapsule({ cluster }: { cluster: MscsCluster }) {
  const condition = mscsClusterCondition(cluster);
  const [first, second] = cluster.nodes;
  const homeless = (cluster.view?.groups ?? []).filter(
    (group) => !cluster.nodes.some((node) => node.name === group.owner),
  );
  const linked = cluster.nodes.every((node) =>
    ["ok", "off"].includes(mscsNodeCondition(cluster, node.name).role),
  );
  return (
    <article aria-label={`MSCS pair ${cluster.name}`}>
      <p className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link href={mscsPath(cluster.name)} className="font-semibold hover:underline">
          {cluster.name}
        </Link>
        <span className="text-dense text-muted">{votesText(cluster)}</span>
        <span className="flex-1" />
        <State role={condition.role} word={condition.word} className="text-dense" />
      </p>
      <div className="grid items-stretch gap-y-0 md:grid-cols-[minmax(0,1fr)_40px_210px]">
        <div
          data-map-object={`mscs-cluster:${cluster.name}`}
          className="grid overflow-hidden rounded-[20px] border border-back-line bg-surface sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]"
        >
          {first ? <PairCell cluster={cluster} node={first.name} /> : null}
          <Heartbeat linked={linked} />
          {second ? <PairCell cluster={cluster} node={second.name} /> : null}
        </div>
        <WitnessLine cluster={cluster} />
        <Witness cluster={cluster} />
      </div>
      {homeless.length > 0 ? (
        <div className="mt-2 flex flex-wrap items-center gap-2 text-dense text-muted">
          On no node:{" "}
          {homeless.map((group) => (
            <GroupChip key={group.name} cluster={cluster} group={group} />
          ))}
        </div>
      ) : null}
    </article>
  );
}

function votesText(cluster: MscsCluster): string {
  const all = votes(cluster);
  if (all.every((vote) => vote.cast === null)) return "votes unknown";
  return `${all.filter((vote) => vote.cast === true).length} of 3 votes`;
}

function PairCell({ cluster, node }: { cluster: MscsCluster; node: string }) {
  const condition = mscsNodeCondition(cluster, node);
  const groups = (cluster.view?.groups ?? []).filter((group) => group.owner === node);
  const address = cluster.nodes.find((each) => each.name === node)?.address;
  return (
    <div
      data-map-object={`node:${node}`}
      className={cn(
        "min-h-28 px-5 py-3.5",
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

function GroupChip({ cluster, group }: { cluster: MscsCluster; group: GroupView }) {
  const condition = groupCondition(cluster, group);
  const addresses =
    cluster.groups
      .find((each) => each.name === group.name)
      ?.resources.flatMap((resource) => (resource.type === "ipAddress" ? [resource.address] : [])) ?? [];
  return (
    <span
      data-map-object={[`group:${group.name}`, ...addresses.map((address) => `address:${address}`)].join(" ")}
      title={condition.why ?? undefined}
      className={cn(
        "inline-flex items-center gap-2 rounded-md border border-back-line bg-back-soft px-2.5 py-1.5",
        condition.role === "bad" && "border-bad-line bg-bad-soft",
      )}
    >
      <StateIcon role={condition.role} />
      <span>
        <span className="block leading-4 font-medium">{group.name}</span>
        <span className="block text-[12px] leading-4 text-muted">
          {condition.word.toLowerCase()}
          {addresses.length > 0 ? <span className="font-mono"> {addresses.join(", ")}</span> : null}
        </span>
      </span>
    </span>
  );
}

/** The line between the two nodes: whole, or visibly broken. */
function Heartbeat({ linked }: { linked: boolean }) {
  const Icon = linked ? HeartPulse : HeartOff;
  return (
    <div className="flex items-center justify-center gap-2 border-y border-back-line px-2 py-1 sm:w-11 sm:flex-col sm:border-x sm:border-y-0 sm:px-0">
      <span
        aria-hidden
        className={cn(
          "h-px flex-1 sm:h-auto sm:w-px",
          linked
            ? "bg-back-line"
            : "bg-[repeating-linear-gradient(0deg,var(--bad)_0_4px,transparent_4px_9px)]",
        )}
      />
      <Icon
        aria-label={linked ? "The nodes hear each other" : "The nodes do not both answer"}
        className={cn("size-4", linked ? "text-back" : "text-bad")}
      />
      <span
        aria-hidden
        className={cn(
          "h-px flex-1 sm:h-auto sm:w-px",
          linked
            ? "bg-back-line"
            : "bg-[repeating-linear-gradient(0deg,var(--bad)_0_4px,transparent_4px_9px)]",
        )}
      />
    </div>
  );
}

function WitnessLine({ cluster }: { cluster: MscsCluster }) {
  const voting = cluster.view?.witnessVotes === true && !cluster.view.engineBlind;
  return (
    <span aria-hidden className="grid place-items-center max-md:h-4">
      <span
        className={cn(
          "max-md:h-full max-md:w-px md:h-px md:w-full",
          voting
            ? "bg-back-line"
            : "bg-[repeating-linear-gradient(90deg,var(--bad)_0_4px,transparent_4px_9px)]",
        )}
      />
    </span>
  );
}

function Witness({ cluster }: { cluster: MscsCluster }) {
  if (cluster.witness === null) return <p className="self-center text-dense text-muted">no witness</p>;
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
