"use client";
/** Both nodes side by side, and the group as a bar under its owner: it crosses over when the group moves. */
import { cn } from "@bulkhead/ui/cn.ts";
import { ArrowLeft, ArrowRight } from "lucide-react";
import { type GroupView, groupCondition, type MscsCluster } from "../../states/mscs-states.ts";

export function OwnerTrack({ cluster, group }: { cluster: MscsCluster; group: GroupView }) {
  const { role } = groupCondition(cluster, group);
  const at = role === "unknown" ? -1 : cluster.nodes.findIndex(({ name }) => name === group.owner);
  const target = targetOf(cluster, group);
  return (
    <div
      className="grid w-full max-w-72 min-w-44 gap-1 text-[12px]"
      aria-label={`${group.name} runs on ${group.owner ?? "no node"}${target ? `, on its way to ${target}` : ""}`}
      role="img"
    >
      <div className="grid grid-cols-2 gap-1">
        {cluster.nodes.map(({ name }, i) => (
          <span
            key={name}
            className={cn("truncate text-center", i === at ? "font-medium text-text" : "text-muted")}
          >
            {name === target && i === 1 ? (
              <ArrowRight className="mr-1 inline size-3 animate-pulse text-active" />
            ) : null}
            {name}
            {name === target && i === 0 ? (
              <ArrowLeft className="ml-1 inline size-3 animate-pulse text-active" />
            ) : null}
          </span>
        ))}
      </div>
      <div
        className={cn(
          "h-1.5 overflow-hidden rounded-full bg-line/70",
          at < 0 && role === "unknown" && "hatched-dense",
        )}
      >
        {at < 0 ? null : (
          <span
            className={cn(
              "block h-full w-1/2 rounded-full transition-transform duration-200",
              role === "bad" ? "bg-bad-fill" : role === "active" ? "bg-active" : "bg-back",
            )}
            style={{ transform: `translateX(${at * 100}%)` }}
          />
        )}
      </div>
    </div>
  );
}

/** Where a move that is under way leads; null = none is. */
export function targetOf(cluster: MscsCluster, group: GroupView): string | null {
  const act = cluster.acts.find(
    ({ state, order }) =>
      state === "running" &&
      order.object.kind === "group" &&
      order.object.name === group.name &&
      order.verb === "move",
  );
  if (act) return act.order.to ?? cluster.nodes.find(({ name }) => name !== group.owner)?.name ?? null;
  return (
    cluster.failovers.find(({ group: name, outcome }) => name === group.name && outcome === "running")?.to ??
    null
  );
}
