/** The inventory that the planner sees: what a node last reported, now or in an earlier run of the controller. */
import { type Service, services } from "@bulkhead/core/fleet";
import type { Inventory } from "@bulkhead/core/plan";
import type { LiveFleet, LiveNode } from "../live/live-fleet.ts";
import { storedAddresses } from "../live/snapshot.ts";
import type { World } from "../world.ts";

/** `now`: epoch milliseconds. */
export function inventoryOf(
  world: Pick<World, "nodes">,
  live: LiveFleet,
  now: number,
): Omit<Required<Inventory>, "inForce"> {
  return {
    converging: convergingClusters(live, now),
    nodes: world.nodes.map((row) => {
      const entry = live.get(row.name);
      return {
        name: row.name,
        machineId: row.machineId,
        addresses: entry?.inventory?.addresses ?? storedAddresses(row.inventory),
        ...floatingOf(live, entry, now),
        servicesSeen: entry?.inventory?.servicesSeen ?? storedServices(row.inventory),
        agentVersion: entry?.inventory?.agentVersion ?? row.agentVersion,
        online: entry?.online ?? false,
      };
    }),
  };
}

/** Only an engine that answers now can tell which addresses it lets move. */
function floatingOf(live: LiveFleet, entry: LiveNode | null, now: number): { floating?: string[] } {
  if (!live.isFresh(entry, now) || entry.status.service !== "mscs") return {};
  const { floating } = entry.status.mscs.view;
  return floating === undefined ? {} : { floating };
}

/** Clusters of which a host says now that it converges (R32). */
function convergingClusters(live: LiveFleet, now: number): string[] {
  const clusters = live.all().flatMap((node) => {
    if (!live.isFresh(node, now) || node.status.service !== "wlbs") return [];
    const { cluster, state } = node.status.wlbs;
    return state === "converging" ? [cluster] : [];
  });
  return [...new Set(clusters)].sort();
}

function storedServices(inventory: unknown): Service[] {
  const seen = (inventory as { servicesSeen?: unknown } | null)?.servicesSeen;
  return Array.isArray(seen) ? services.filter((service) => seen.includes(service)) : [];
}
