"use client";
/** The groups of a pair, what is wrong first. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { Empty, Section } from "@bulkhead/ui/page.tsx";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import { Plus } from "lucide-react";
import Link from "next/link";
import { groupFormPath } from "../../shell/places.ts";
import { groupCondition } from "../../states/mscs-states.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { GroupCard } from "./group-card.tsx";
import { PlannedGroups } from "./planned-groups.tsx";

export function GroupsView({ cluster, onAct }: PairViewProps) {
  const rank = (role: StateRole) => (role === "bad" ? 0 : 1);
  const groups = (cluster.view?.groups ?? []).toSorted(
    (a, b) => rank(groupCondition(cluster, a).role) - rank(groupCondition(cluster, b).role),
  );
  const add = (
    <Link href={groupFormPath(cluster.name, null)} className={buttonLook({ size: "sm" })}>
      <Plus aria-hidden /> New group
    </Link>
  );
  return (
    <Section
      title="Groups"
      note="resources start from the bottom up and stop from the top down"
      actions={add}
    >
      {groups.length + cluster.groups.length === 0 ? (
        <Empty title="This pair has no groups yet" action={add}>
          A group is what moves as one: an address, a disk, a database on both. Clients know its address, not
          the node.
        </Empty>
      ) : null}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {groups.map((group) => (
          <GroupCard key={group.name} cluster={cluster} group={group} onAct={onAct} />
        ))}
        <PlannedGroups cluster={cluster} />
      </div>
    </Section>
  );
}
