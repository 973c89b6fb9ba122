"use client";
/** The views of a cluster as tabs. */
import { type WlbsView, wlbsViewPath } from "../shell/places.ts";
import { ViewTabs } from "../shell/view-tabs.tsx";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { viewRoles, views } from "./views.ts";

export function ViewNav({ cluster, view }: { cluster: WlbsCluster; view: WlbsView }) {
  const roles = viewRoles(cluster);
  return (
    <ViewTabs
      label={`Views of ${cluster.name}`}
      here={view}
      tabs={views.map(({ id, label }) => ({
        id,
        label,
        href: wlbsViewPath(cluster.name, id),
        role: roles[id],
      }))}
    />
  );
}
