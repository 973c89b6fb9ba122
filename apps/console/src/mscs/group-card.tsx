"use client";
/** One group: owner, state, and its resources bottom-up as they come online. */
import { Button } from "@bulkhead/ui/button.tsx";
import { cn } from "@bulkhead/ui/cn.ts";
import { plural } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { ArrowLeftRight } from "lucide-react";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  resourceCondition,
} from "../states/mscs-states.ts";
import { moveBlockedBy, moveTarget, resourcesInStartOrder } from "./move-acts.ts";
import { resourceDetail, resourceTypeWords } from "./resource-text.ts";

/** @param onMove asks for the dialog. */
export function GroupCard({
  cluster,
  group,
  onMove,
}: {
  cluster: MscsCluster;
  group: GroupView;
  onMove: () => void;
}) {
  const condition = groupCondition(cluster, group);
  const target = moveTarget(cluster, group);
  const policy = cluster.groups.find((each) => each.name === group.name);
  const order = resourcesInStartOrder(cluster, group).toReversed();
  return (
    <article className="rounded-md border bg-surface">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="flex flex-wrap items-baseline gap-x-3 font-semibold">
            {group.name}
            <State role={condition.role} word={condition.word} className="font-normal" />
          </h3>
          <p className="text-dense text-muted">
            {group.owner ? `Runs on ${group.owner}. ` : "Runs nowhere. "}
            {policy ? ownersText(policy) : "Not in the fleet file."}
          </p>
          {condition.why ? <p className="text-dense">{condition.why}</p> : null}
        </div>
        <Button onClick={onMove} blockedBy={moveBlockedBy(cluster, group)}>
          <ArrowLeftRight aria-hidden /> Move group{target ? ` to ${target}` : ""}
        </Button>
      </header>
      <ol aria-label="Resources, the last to start on top" className="grid px-4 py-2">
        {order.map((resource, i) => (
          <ResourceRow
            key={resource.name}
            cluster={cluster}
            group={group}
            resource={resource}
            isLast={i === order.length - 1}
          />
        ))}
      </ol>
    </article>
  );
}

function ownersText(policy: MscsCluster["groups"][number]): string {
  const failback = policy.failback.allow
    ? policy.failback.windowHours
      ? `Fails back between ${policy.failback.windowHours.join(" and ")} o'clock.`
      : "Fails back at once."
    : "Does not fail back by itself.";
  const owners =
    policy.preferredOwners.length > 0 ? `Prefers ${policy.preferredOwners.join(", then ")}. ` : "";
  return `${owners}${failback} At most ${plural(policy.failover.threshold, "failover")} in ${policy.failover.periodHours} h.`;
}

interface ResourceRowProps {
  cluster: MscsCluster;
  group: GroupView;
  resource: GroupView["resources"][number];
  isLast: boolean;
}

/** The line at the left ties a resource to those below, which it needs. */
function ResourceRow({ cluster, group, resource, isLast }: ResourceRowProps) {
  const policy = cluster.groups
    .find((each) => each.name === group.name)
    ?.resources.find((each) => each.name === resource.name);
  const condition = resourceCondition(cluster, resource);
  return (
    <li className="relative grid grid-cols-[20px_minmax(0,1fr)_auto] items-start gap-x-2 py-1.5">
      <span aria-hidden className="relative flex h-5 justify-center">
        {isLast ? null : <span className="absolute top-3 -bottom-4 w-px bg-line-strong" />}
        <span
          className={cn(
            "relative mt-1.5 size-2 rounded-full",
            condition.role === "ok" ? "bg-ok" : condition.role === "bad" ? "bg-bad-fill" : "bg-line-strong",
          )}
        />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap gap-x-2">
          <span className="font-medium">{resource.name}</span>
          <span className="text-muted">{policy ? resourceTypeWords[policy.type] : resource.type}</span>
        </p>
        {policy ? (
          <p className="text-dense break-words text-muted">
            <span className="font-mono text-[12.5px]">{resourceDetail(policy)}</span>
            {policy.dependsOn.length > 0 ? ` needs ${policy.dependsOn.join(", ")}` : ""}
          </p>
        ) : null}
      </div>
      <div className="text-right text-dense">
        <State role={condition.role} word={condition.word} />
        <p className={cn("text-[12px]", resource.failCount > 0 ? "text-warn" : "text-muted")}>
          {resource.failCount > 0 ? plural(resource.failCount, "failure") : "no failures"}
        </p>
      </div>
    </li>
  );
}
