"use client";
/** One group: owner, state, and its resources bottom-up as they come online. */
import { resourceTitles } from "@bulkhead/core/mscs";
import { Button } from "@bulkhead/ui/button.tsx";
import { cn } from "@bulkhead/ui/cn.ts";
import { plural } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { ArrowDown, ArrowLeftRight } from "lucide-react";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  resourceCondition,
} from "../states/mscs-states.ts";
import { levelsOf } from "./levels.ts";
import { moveBlockedBy, moveTarget, resourcesInStartOrder } from "./move-acts.ts";
import { resourceDetail } from "./resource-text.ts";

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
  const blocked = moveBlockedBy(cluster, group);
  const policy = cluster.groups.find((each) => each.name === group.name);
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
        <div className="grid justify-items-end gap-1">
          <Button onClick={onMove} blockedBy={blocked}>
            <ArrowLeftRight aria-hidden /> Move group{target ? ` to ${target}` : ""}
          </Button>
          {blocked ? <p className="max-w-72 text-right text-[12px] text-muted">{blocked}</p> : null}
        </div>
      </header>
      <ResourceTree cluster={cluster} group={group} />
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

interface TreeProps {
  cluster: MscsCluster;
  group: GroupView;
}

/** Top level first, because that is what clients use; it starts last. */
function ResourceTree({ cluster, group }: TreeProps) {
  const policies = cluster.groups.find((each) => each.name === group.name)?.resources ?? [];
  const resources = resourcesInStartOrder(cluster, group).map((resource) => {
    const policy = policies.find((each) => each.name === resource.name);
    return { ...resource, policy, dependsOn: policy?.dependsOn ?? [] };
  });
  const levels = levelsOf(resources).toReversed();
  return (
    <ol aria-label="Resources, the last to start on top" className="grid justify-items-stretch px-4 py-4">
      {levels.map((level, i) => (
        <li key={level.map((resource) => resource.name).join()}>
          {i > 0 ? <NeedsLine /> : null}
          <ul className="grid gap-2 sm:auto-cols-fr sm:grid-flow-col">
            {level.map((resource) => (
              <ResourceBox key={resource.name} cluster={cluster} resource={resource} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function NeedsLine() {
  return (
    <p className="flex items-center gap-3 py-1.5 text-[12px] text-muted">
      <span aria-hidden className="h-px flex-1 bg-line" />
      <ArrowDown aria-hidden className="size-3" /> needs
      <span aria-hidden className="h-px flex-1 bg-line" />
    </p>
  );
}

type PlacedResource = GroupView["resources"][number] & {
  policy: MscsCluster["groups"][number]["resources"][number] | undefined;
};

function ResourceBox({ cluster, resource }: { cluster: MscsCluster; resource: PlacedResource }) {
  const condition = resourceCondition(cluster, resource);
  const { policy } = resource;
  return (
    <li
      className={cn(
        "min-w-0 rounded-md border px-3 py-2",
        condition.role === "bad" && "border-bad-line bg-bad-soft",
        condition.role === "unknown" && "hatched",
      )}
    >
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span>
          <span className="font-medium">{resource.name}</span>{" "}
          <span className="text-muted">{policy ? resourceTitles[policy.type] : resource.type}</span>
        </span>
        <State role={condition.role} word={condition.word} className="text-dense" />
      </p>
      <p className="flex flex-wrap justify-between gap-x-3 text-[12px] text-muted">
        <span className="font-mono break-all">
          {policy ? resourceDetail(policy) : "not in the fleet file"}
        </span>
        <span className={cn(resource.failCount > 0 && "font-medium text-warn")}>
          {resource.failCount > 0 ? plural(resource.failCount, "failure") : "no failures"}
        </span>
      </p>
    </li>
  );
}
