"use client";
/** One group: owner, state, what can be done with it, and its resources bottom-up as they come online. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Menu, MenuItem, MenuLine } from "@bulkhead/ui/menu.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { ArrowLeftRight, Ellipsis, Eraser, Pencil, Play, Plus, RotateCw, Square, Undo2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { ActItem } from "../../acts/act-item.tsx";
import { groupFormPath, resourceFormPath } from "../../shell/places.ts";
import { type GroupView, groupCondition, type MscsCluster } from "../../states/mscs-states.ts";
import { type GroupVerb, groupAct, groupBlockedBy, groupVerbLabel, hasFailures } from "../acts/group-acts.ts";
import type { PairAct } from "../acts/pair-act.ts";
import { tookOf } from "../acts/took.ts";
import { Told } from "../told.tsx";
import { seconds } from "../what-if/foretold.ts";
import { OwnerTrack } from "./owner-track.tsx";
import { ResourceTree } from "./resource-tree.tsx";
import { policyOf } from "./start-order.ts";

export interface GroupProps {
  cluster: MscsCluster;
  group: GroupView;
  onAct: (act: PairAct) => void;
}

export function GroupCard({ cluster, group, onAct }: GroupProps) {
  const condition = groupCondition(cluster, group);
  return (
    <article aria-label={`Group ${group.name}`} className="rounded-md border bg-surface">
      <header className="grid gap-x-6 gap-y-3 border-b px-4 py-3 md:grid-cols-[minmax(0,1fr)_auto]">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-baseline gap-x-3 font-semibold">
            {group.name}
            <State role={condition.role} word={condition.word} className="font-normal" />
          </h3>
          {condition.why ? <p className="text-dense">{condition.why}</p> : null}
          <p className="text-dense text-muted">
            <Runs cluster={cluster} group={group} /> {policyText(cluster, group)}
          </p>
          <p>
            <Told cluster={cluster} />
          </p>
        </div>
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 md:justify-end">
          <OwnerTrack cluster={cluster} group={group} />
          <GroupActs cluster={cluster} group={group} onAct={onAct} />
        </div>
      </header>
      <ResourceTree cluster={cluster} group={group} onAct={onAct} />
      <footer className="flex flex-wrap gap-x-4 border-t px-4 py-2 text-dense">
        <Link
          href={resourceFormPath(cluster.name, group.name, null)}
          className={buttonLook({ look: "quiet", size: "sm", className: "-ml-2.5" })}
        >
          <Plus aria-hidden /> New resource
        </Link>
        <Link
          href={groupFormPath(cluster.name, group.name)}
          className={buttonLook({ look: "quiet", size: "sm" })}
        >
          <Pencil aria-hidden /> Edit properties
        </Link>
      </footer>
    </article>
  );
}

function Runs({ cluster, group }: Omit<GroupProps, "onAct">) {
  if (groupCondition(cluster, group).role === "unknown") return "Nobody knows where it runs.";
  if (group.owner === null) return "Runs nowhere.";
  if (group.since === null) return `Runs on ${group.owner}.`;
  return (
    <>
      Runs on {group.owner}, came there <TimeAgo at={group.since} />.
    </>
  );
}

function policyText(cluster: MscsCluster, group: GroupView): string {
  const policy = policyOf(cluster, group.name);
  if (!policy) return "It is not in the fleet file.";
  const { failback, failover, preferredOwners } = policy;
  const owners = preferredOwners.length > 0 ? `Prefers ${preferredOwners.join(", then ")}. ` : "";
  const back = failback.allow
    ? failback.windowHours
      ? `Fails back between ${failback.windowHours.join(" and ")} o'clock.`
      : "Fails back at once."
    : "Does not fail back by itself.";
  const counted = group.failovers ? `${group.failovers.count} of ` : "At most ";
  const limit = `${counted}${plural(failover.threshold, "failover")} in ${failover.periodHours} h.`;
  const last = tookOf(cluster, group.name)[0];
  return `${owners}${back} ${limit}${last === undefined ? "" : ` Its last failover took ${seconds(last)}.`}`;
}

const icons: Record<GroupVerb, ReactNode> = {
  move: <ArrowLeftRight aria-hidden />,
  moveBack: <Undo2 aria-hidden />,
  online: <Play aria-hidden />,
  offline: <Square aria-hidden />,
  restart: <RotateCw aria-hidden />,
  clear: <Eraser aria-hidden />,
};

/** After a failure nothing helps before that is cleared; without an owner it is to come online; else it may move. */
function firstVerb(group: GroupView): GroupVerb {
  if (group.state === "failed" || (group.state === "partial" && hasFailures(group))) return "clear";
  return group.owner === null && group.state !== "pending" ? "online" : "move";
}

/** The act that is most likely wanted as a button, all others in a menu. */
function GroupActs({ cluster, group, onAct }: GroupProps) {
  const router = useRouter();
  const first = firstVerb(group);
  const rest = (["move", "moveBack", "online", "offline", "restart", "clear"] as const).filter(
    (verb) => verb !== first,
  );
  const blocked = groupBlockedBy(first, cluster, group);
  return (
    <div className="grid justify-items-end gap-1">
      <div className="flex gap-1">
        <Button onClick={() => onAct(groupAct(first, cluster, group))} blockedBy={blocked}>
          {icons[first]} {groupVerbLabel(first, cluster, group)}
        </Button>
        <Menu
          trigger={
            <Button size="icon" aria-label={`Acts on group ${group.name}`}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          {rest.map((verb) => (
            <ActItem
              key={verb}
              icon={icons[verb]}
              label={groupVerbLabel(verb, cluster, group)}
              reason={groupBlockedBy(verb, cluster, group)}
              onSelect={() => onAct(groupAct(verb, cluster, group))}
            />
          ))}
          <MenuLine />
          <MenuItem onSelect={() => router.push(groupFormPath(cluster.name, group.name))}>
            <Pencil aria-hidden /> Edit properties
          </MenuItem>
        </Menu>
      </div>
      {blocked ? <p className="max-w-72 text-right text-[12px] text-muted">{blocked}</p> : null}
    </div>
  );
}
