/** The views of a cluster page, and which of them need a look. Pure. */
import { type StateRole, worstRole } from "@bulkhead/ui/state.tsx";
import type { WlbsView } from "../shell/places.ts";
import { type WlbsCluster, wlbsHostCondition } from "../states/wlbs-states.ts";
import { takesPart } from "./bucket-model.ts";
import { hearingTroubles, heartbeatMatrix } from "./heartbeat-model.ts";
import { ruleOnHosts } from "./rule-shares.ts";

export const views: readonly { id: WlbsView; label: string }[] = [
  { id: "hosts", label: "Hosts" },
  { id: "rules", label: "Port rules" },
  { id: "heartbeats", label: "Heartbeats" },
  { id: "history", label: "History" },
  { id: "ask", label: "Who answers" },
  { id: "counters", label: "Counters" },
  { id: "setup", label: "Set-up" },
];

/** What the address asks for; anything else is the first view. */
export function viewOf(text: string | null): WlbsView {
  return views.find(({ id }) => id === text)?.id ?? "hosts";
}

/** Worst role inside each view that has states; the others stay quiet. */
export function viewRoles(cluster: WlbsCluster): Partial<Record<WlbsView, StateRole>> {
  const troubles = hearingTroubles(heartbeatMatrix(cluster), String);
  const rules = cluster.rules
    .filter(({ mode }) => mode !== "disabled")
    .flatMap((rule) => ruleOnHosts(cluster, rule))
    .filter(({ host, view }) => view !== null && takesPart(cluster, host))
    .map(({ condition }) => condition.role);
  const rotation = cluster.keyRotation;
  return {
    hosts: worstRole(cluster.hosts.map((host) => wlbsHostCondition(cluster, host, 0).role)),
    rules: worstRole(rules),
    heartbeats: worstRole(troubles.map(({ role }) => role)),
    setup: rotation?.why ? "warn" : rotation && rotation.step !== "done" ? "active" : "ok",
  };
}
