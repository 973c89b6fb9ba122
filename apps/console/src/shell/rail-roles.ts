/** Which places need a look: the worst state found there. Pure. */
import type { FleetSnapshot } from "@bulkhead/api";
import { type StateRole, worstRole } from "@bulkhead/ui/state.tsx";
import { alertsOf } from "../alerts/alerts.ts";
import { isBreach } from "../map/breaches.ts";
import { type MscsCluster, mscsClusterCondition, notProtected } from "../states/mscs-states.ts";
import { nodeCondition } from "../states/other-states.ts";
import { wlbsClusterCondition } from "../states/wlbs-states.ts";
import type { PlaceId } from "./places.ts";

/** Worst role per place. */
export function railRoles(fleet: FleetSnapshot): Partial<Record<PlaceId, StateRole>> {
  return {
    overview: fleet.violations.some(isBreach) ? "bad" : "ok",
    "load-balancing": worstRole(fleet.wlbs.map((cluster) => wlbsClusterCondition(cluster).role)),
    failover: worstRole(fleet.mscs.map(pairRole)),
    nodes: worstRole(fleet.nodes.map((node) => nodeCondition(node).role)),
    alerts: worstRole(alertsOf(fleet).map(({ role }) => role)),
  };
}

/** A group on its way is no reason to hide that the next failure would stop it. */
export function pairRole(cluster: MscsCluster): StateRole {
  return notProtected(cluster).length > 0 ? "bad" : mscsClusterCondition(cluster).role;
}
