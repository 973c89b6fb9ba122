"use client";
/** The dependency tree of a group: what clients use stands on top and starts last. */
import { resourceTitles } from "@bulkhead/core/mscs";
import { Button } from "@bulkhead/ui/button.tsx";
import { cn } from "@bulkhead/ui/cn.ts";
import { plural } from "@bulkhead/ui/format.ts";
import { Menu, MenuItem, MenuLine } from "@bulkhead/ui/menu.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { ArrowDown, Ellipsis, Eraser, Pencil, Play, RotateCw, Square, Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { ActItem } from "../../acts/act-item.tsx";
import { resourceFormPath } from "../../shell/places.ts";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  resourceCondition,
} from "../../states/mscs-states.ts";
import {
  type ResourceVerb,
  resourceAct,
  resourceBlockedBy,
  resourceVerbLabels,
  resourceVerbs,
} from "../acts/resource-acts.ts";
import type { GroupProps } from "./group-card.tsx";
import { levelsOf } from "./levels.ts";
import { resourceDetail } from "./resource-text.ts";
import { policyOf, resourcesInStartOrder } from "./start-order.ts";

/** Top level first, because that is what clients use; it starts last. */
export function ResourceTree({ cluster, group, onAct }: GroupProps) {
  const policies = policyOf(cluster, group.name)?.resources ?? [];
  const resources = resourcesInStartOrder(cluster, group).map((resource) => {
    const policy = policies.find((each) => each.name === resource.name);
    return { ...resource, policy, dependsOn: policy?.dependsOn ?? [] };
  });
  const levels = levelsOf(resources).toReversed();
  if (levels.length === 0)
    return <p className="px-4 py-4 text-muted">No resource yet: the group has nothing to run.</p>;
  return (
    <ol aria-label="Resources, the last to start on top" className="grid justify-items-stretch px-4 py-4">
      {levels.map((level, i) => (
        <li key={level.map((resource) => resource.name).join()}>
          {i > 0 ? <NeedsLine /> : null}
          <ul className="grid gap-2 sm:auto-cols-fr sm:grid-flow-col">
            {level.map((resource) => (
              <ResourceBox
                key={resource.name}
                cluster={cluster}
                group={group}
                resource={resource}
                onAct={onAct}
              />
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

interface ResourceProps extends GroupProps {
  resource: PlacedResource;
}

function ResourceBox({ cluster, group, resource, onAct }: ResourceProps) {
  const condition = resourceCondition(cluster, resource);
  const { policy } = resource;
  const isToldByGroup = group.isOrderedOffline && resource.state === "offline";
  return (
    <li
      className={cn(
        "min-w-0 rounded-md border py-2 pr-1.5 pl-3 transition-colors duration-200",
        condition.role === "bad" && "border-bad-line bg-bad-soft",
        condition.role === "unknown" && "hatched",
        condition.role === "active" && "bg-active-soft",
      )}
    >
      <div className="flex items-start gap-x-3">
        <div className="min-w-0 flex-1">
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
            <Failures resource={resource} />
          </p>
          {condition.why && !isToldByGroup ? <p className="text-[12px] leading-4">{condition.why}</p> : null}
        </div>
        <ResourceMenu cluster={cluster} group={group} resource={resource} onAct={onAct} />
      </div>
    </li>
  );
}

function Failures({ resource: { failCount, policy } }: { resource: PlacedResource }) {
  if (failCount === 0) return null;
  const limit =
    policy && policy.restart.action !== "none"
      ? `, ${plural(policy.restart.threshold, "restart")} allowed`
      : "";
  return (
    <span className="font-medium text-warn">
      {plural(failCount, "failure")}
      {limit}
    </span>
  );
}

const icons: Record<ResourceVerb, ReactNode> = {
  online: <Play aria-hidden />,
  offline: <Square aria-hidden />,
  restart: <RotateCw aria-hidden />,
  fail: <Zap aria-hidden />,
  clear: <Eraser aria-hidden />,
};

function ResourceMenu({ cluster, group, resource, onAct }: ResourceProps) {
  const router = useRouter();
  const about = { cluster, group, resource };
  const isUnknown = groupCondition(cluster, group).role === "unknown";
  return (
    <Menu
      trigger={
        <Button
          look="quiet"
          size="icon"
          className="size-7"
          aria-label={`Acts on resource ${resource.name} of ${group.name}`}
        >
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      {resourceVerbs.map((verb) => (
        <ActItem
          key={verb}
          icon={icons[verb]}
          label={resourceVerbLabels[verb]}
          reason={isUnknown ? "Nobody knows whether it runs." : resourceBlockedBy(verb, about)}
          onSelect={() => onAct(resourceAct(verb, about))}
        />
      ))}
      <MenuLine />
      <MenuItem onSelect={() => router.push(resourceFormPath(cluster.name, group.name, resource.name))}>
        <Pencil aria-hidden /> Edit properties
      </MenuItem>
    </Menu>
  );
}
