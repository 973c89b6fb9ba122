"use client";
/** The views of a cluster as links: each has its own address, and a mark when something in it needs a look. */
import { cn } from "@bulkhead/ui/cn.ts";
import { StateIcon, type StateRole } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { type WlbsView, wlbsViewPath } from "../shell/places.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { viewRoles, views } from "./views.ts";

const markWords: Partial<Record<StateRole, string>> = {
  bad: "needs attention",
  warn: "warning",
  active: "in progress",
  unknown: "no news",
  off: "stopped or disabled by intent",
};

export function ViewNav({ cluster, view }: { cluster: WlbsCluster; view: WlbsView }) {
  const roles = viewRoles(cluster);
  return (
    <nav aria-label={`Views of ${cluster.name}`} className="-mb-2 min-w-0 overflow-x-auto border-b">
      <ul className="flex w-max gap-x-1">
        {views.map(({ id, label }) => (
          <li key={id}>
            <Link
              href={wlbsViewPath(cluster.name, id)}
              scroll={false}
              aria-current={id === view ? "page" : undefined}
              className={cn(
                "relative -mb-px flex h-9 items-center border-b-2 border-transparent px-3.5 text-dense text-muted hover:text-text focus-visible:-outline-offset-2",
                id === view && "border-text font-medium text-text",
              )}
            >
              {label}
              <Mark role={roles[id]} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Stands in the corner, so that the tabs do not move when one appears. */
function Mark({ role }: { role: StateRole | undefined }) {
  const word = role ? markWords[role] : undefined;
  if (!role || !word) return null;
  return (
    <span className="absolute top-1 right-0.5 inline-flex">
      <StateIcon role={role} className="size-3" />
      <span className="sr-only">{word}</span>
    </span>
  );
}
