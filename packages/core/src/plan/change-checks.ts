/** What only the way from one plan to the next can show: R32, and changes that a whole cluster feels. */
import { isSameJson, type Refusal } from "../fleet/index.ts";
import type { WlbsPolicy } from "../wlbs/index.ts";
import { refusal, warning } from "./refuse.ts";
import type { Inventory, NodePolicy } from "./types.ts";

type Policies = Record<string, NodePolicy>;

/** R32: a cluster that converges is left alone until it has. Asked only where somebody has looked. */
export function checkR32(before: Policies, after: Policies, { converging }: Inventory): Refusal[] {
  const was = clusterPolicies(before);
  const becomes = clusterPolicies(after);
  return (converging ?? [])
    .filter((cluster) => !isSameJson(was.get(cluster), becomes.get(cluster)))
    .map((cluster) =>
      refusal("R32", [["wlbs-cluster", cluster]], {
        message: `Cluster ${cluster} is converging, and this plan changes it`,
        reason:
          "A change in the middle of a convergence begins it anew; all hosts must have converged first.",
        cure: `Wait until "bulkhead wlbs query ${cluster}" says converged. If one host holds the others up, stop that host, and plan again; in an emergency set the rule aside (in the console, or --override R32).`,
      }),
    );
}

/** Changes of what all hosts, switches and routers must agree on: they pass through the hosts one after the other. */
export function checkMoves(before: Policies, after: Policies): Refusal[] {
  const was = clusterPolicies(before);
  return [...clusterPolicies(after)].flatMap(([cluster, policy]) => {
    const old = was.get(cluster);
    return old === undefined ? [] : movesOf(cluster, old, policy);
  });
}

function movesOf(cluster: string, old: WlbsPolicy, policy: WlbsPolicy): Refusal[] {
  const delivery = [
    ...moved("mode", old.mode, policy.mode),
    ...moved("cluster MAC", old.clusterMac ?? "none", policy.clusterMac ?? "none"),
  ];
  const place = (from: WlbsPolicy) => `${from.heartbeatGroup} port ${from.heartbeatPort}`;
  const group = moved("heartbeat group", place(old), place(policy));
  if (delivery.length === 0 && group.length === 0) return [];
  const reasons = [
    ...(delivery.length > 0
      ? [
          "Clients and routers keep the old MAC until their entry runs out, so open connections of the whole cluster may stall; static entries in switches and routers must be changed too.",
        ]
      : []),
    ...(group.length > 0
      ? [
          "Until the last host has the change, hosts with the old and the new group do not hear each other, and each side serves all clients on its own.",
        ]
      : []),
  ];
  return [
    warning("B-cluster-move", [["wlbs-cluster", cluster]], {
      message: `This plan moves the whole WLBS cluster ${cluster}: ${[...delivery, ...group].join("; ")}`,
      reason: reasons.join(" "),
      cure: "Apply it when few clients are connected, or build a second cluster beside this one and move the clients.",
    }),
  ];
}

function moved(what: string, before: string, after: string): string[] {
  return before === after ? [] : [`${what} ${before} becomes ${after}`];
}

/** All hosts of a cluster have one policy. */
function clusterPolicies(policies: Policies): Map<string, WlbsPolicy> {
  return new Map(
    Object.values(policies).flatMap((policy) =>
      policy.service === "wlbs" ? [[policy.wlbs.cluster, policy.wlbs] as const] : [],
    ),
  );
}
