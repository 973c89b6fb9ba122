/**
 * A node that is paused with `keep` takes no new group: neither by failover nor by an order. The engine knows only "never
 * here" for each group, so what has left a paused node is kept away from it, by the coordinator's agent, as soon as it is
 * seen elsewhere. What is there when the pause begins stays.
 */
import type { ClusterView } from "@bulkhead/core/mscs";
import type { EngineOrders } from "@bulkhead/pacemaker";

/** To be called whenever the view has changed. Does nothing on any node but the coordinator's. */
export async function keepPaused(
  { node, orders }: { node: string; orders: Pick<EngineOrders, "keepAway"> },
  view: ClusterView,
): Promise<void> {
  if (view.engineBlind !== null || view.dc !== node) return;
  for (const paused of view.nodes.filter((item) => item.pause === "keep")) {
    const away = view.groups
      .filter((group) =>
        group.resources.every((item) => item.owner !== paused.name && item.state !== "unknown"),
      )
      .map((group) => group.name);
    await orders.keepAway(paused.name, away);
  }
}
