/** A node that was lost and could not be fenced: the one state of a pair in which nothing helps but a person. Pure. */
import type { MscsCluster } from "./mscs-states.ts";

/** A lost node whose groups wait, because switching it off has failed. */
export interface StuckNode {
  node: string;
  /** Failed attempts since the last good one. */
  attempts: number;
  /** As the engine writes it: "2026-11-22 21:24:45Z". */
  lastAt: string;
  /** Groups that may still run there, or not. */
  groups: string[];
}

/** Nodes that are unclean although the engine has tried to fence them; empty while the first attempt goes on. */
export function stuckNodes({ view }: MscsCluster): StuckNode[] {
  if (view === null || view.engineBlind !== null) return [];
  const groups = view.groups.filter(({ state }) => state === "unknown").map(({ name }) => name);
  return view.nodes.flatMap(({ name, state }): StuckNode[] => {
    if (state !== "unclean") return [];
    // Newest first; a good one before them belongs to an earlier loss.
    const tried = view.fenceHistory.filter(({ target }) => target === name);
    const good = tried.findIndex(({ status }) => status === "success");
    const failed = (good < 0 ? tried : tried.slice(0, good)).filter(({ status }) => status === "failed");
    const [last] = failed;
    return last ? [{ node: name, attempts: failed.length, lastAt: last.completed, groups }] : [];
  });
}

/** What a person types on the other node after he has seen that this one is off. */
export const confirmOffLine = (node: string) => `stonith_admin --confirm=${node}`;
