/** What a node of a pair runs, in words that claim no more than is known. Pure. */
import { listed } from "../../acts/consequence.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";

/** "sql and queue", "no group", "not known: sql may still run here". */
export function runsText({ view }: MscsCluster, node: string): string {
  if (view === null || view.engineBlind !== null) return "not known";
  const { state } = view.nodes.find(({ name }) => name === node) ?? { state: "unknown" };
  if (state === "unclean" || state === "unknown") {
    const unsure = view.groups.filter((group) => group.state === "unknown").map(({ name }) => name);
    return unsure.length > 0 ? `not known: ${listed(unsure)} may still run here` : "not known";
  }
  return listed(view.groups.filter(({ owner }) => owner === node).map(({ name }) => name)) || "no group";
}
