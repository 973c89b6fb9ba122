/** What needs a look, worst first, and the one line that says whether all is well. Pure. */
import type { FleetSnapshot } from "@bulkhead/api";
import { plural } from "@bulkhead/ui/format.ts";
import { roleOrder, type StateRole } from "@bulkhead/ui/state.tsx";
import { nodesTold } from "../alerts/alerts.ts";
import { mscsPath, nodePath, wlbsPath } from "../shell/places.ts";
import type { Condition } from "../states/condition.ts";
import { mscsClusterCondition } from "../states/mscs-states.ts";
import { nodeCondition } from "../states/other-states.ts";
import { wlbsClusterCondition } from "../states/wlbs-states.ts";
import { isBreach } from "./breaches.ts";

export interface Matter {
  kind: "wlbs" | "mscs" | "node";
  name: string;
  condition: Condition;
  path: string;
}

const worthALook: readonly StateRole[] = ["bad", "warn", "unknown", "active"];

/** Clusters and nodes that are not simply fine. Nodes that their cluster already speaks of are left out. */
export function matters(fleet: FleetSnapshot): Matter[] {
  const clusters = clusterMatters(fleet);
  const isOpen = ({ name }: { name: string }) => clusters.some((matter) => matter.name === name);
  const told = nodesTold({ ...fleet, wlbs: fleet.wlbs.filter(isOpen), mscs: fleet.mscs.filter(isOpen) });
  const nodes = nodeMatters(fleet).filter(
    ({ name, condition }) => condition.role === "bad" || !told.has(name),
  );
  return [...clusters, ...nodes]
    .filter(({ condition }) => worthALook.includes(condition.role))
    .sort((a, b) => roleOrder.indexOf(a.condition.role) - roleOrder.indexOf(b.condition.role));
}

function clusterMatters({ wlbs, mscs }: FleetSnapshot): Matter[] {
  const fronts = wlbs.map(
    (cluster): Matter => ({
      kind: "wlbs",
      name: cluster.name,
      condition: wlbsClusterCondition(cluster),
      path: wlbsPath(cluster.name),
    }),
  );
  const pairs = mscs.map(
    (cluster): Matter => ({
      kind: "mscs",
      name: cluster.name,
      condition: mscsClusterCondition(cluster),
      path: mscsPath(cluster.name),
    }),
  );
  return [...fronts, ...pairs].filter(({ condition }) => worthALook.includes(condition.role));
}

function nodeMatters({ nodes }: FleetSnapshot): Matter[] {
  return nodes.map((node) => ({
    kind: "node",
    name: node.name,
    condition: nodeCondition(node),
    path: nodePath(node.name),
  }));
}

/** The answer to "is it fine". Null while there is nothing to judge. */
export function verdict(
  fleet: FleetSnapshot,
  open: readonly Matter[],
): { role: StateRole; word: string } | null {
  const breaches = fleet.violations.filter(isBreach).length;
  if (breaches > 0)
    return {
      role: "bad",
      word: breaches === 1 ? "The wall is breached" : `The wall is breached in ${breaches} places`,
    };
  const first = open[0];
  if (first) return { role: first.condition.role, word: `${plural(open.length, "thing")} to look at` };
  if (fleet.wlbs.length + fleet.mscs.length === 0) return null;
  return { role: "ok", word: "All quiet" };
}
