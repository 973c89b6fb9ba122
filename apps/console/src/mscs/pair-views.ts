/** The views of a pair's page, and which of them need a look. Pure. */
import { type StateRole, worstRole } from "@bulkhead/ui/state.tsx";
import type { MscsView } from "../shell/places.ts";
import {
  groupCondition,
  type MscsCluster,
  mscsNodeCondition,
  notProtected,
  votes,
} from "../states/mscs-states.ts";
import { networkRows } from "./networks/network-model.ts";

export const pairViews: readonly { id: MscsView; label: string }[] = [
  { id: "groups", label: "Groups" },
  { id: "nodes", label: "Nodes" },
  { id: "networks", label: "Networks" },
  { id: "quorum", label: "Quorum" },
  { id: "history", label: "History" },
  { id: "what-if", label: "What-if" },
  { id: "setup", label: "Set-up" },
  { id: "validation", label: "Validation" },
];

/** What the address asks for; anything else is the first view. */
export function pairViewOf(text: string | null): MscsView {
  return pairViews.find(({ id }) => id === text)?.id ?? "groups";
}

/** Worst role inside each view that has states; the others stay quiet. */
export function pairViewRoles(cluster: MscsCluster): Partial<Record<MscsView, StateRole>> {
  const cast = votes(cluster).map(
    (vote): StateRole => (vote.cast === null ? "unknown" : vote.cast ? "ok" : "bad"),
  );
  return {
    groups: worstRole((cluster.view?.groups ?? []).map((group) => groupCondition(cluster, group).role)),
    nodes: worstRole(cluster.nodes.map(({ name }) => mscsNodeCondition(cluster, name).role)),
    networks: worstRole(networkRows(cluster).map(({ condition }) => condition.role)),
    quorum: notProtected(cluster).length > 0 ? "bad" : worstRole(cast),
    setup: cluster.drift.length > 0 || cluster.view?.isMaintenance ? "warn" : "ok",
  };
}
