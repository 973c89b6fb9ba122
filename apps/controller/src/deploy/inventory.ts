/** The inventory that the planner sees: what a node last reported, now or in an earlier run of the controller. */
import { type Service, services } from "@bulkhead/core/fleet";
import type { Inventory } from "@bulkhead/core/plan";
import type { LiveFleet } from "../live/live-fleet.ts";
import { storedAddresses } from "../live/snapshot.ts";
import type { World } from "../world.ts";

export function inventoryOf(world: World, live: LiveFleet): Inventory {
  return {
    nodes: world.nodes.map((row) => {
      const entry = live.get(row.name);
      return {
        name: row.name,
        machineId: row.machineId,
        addresses: entry?.inventory?.addresses ?? storedAddresses(row.inventory),
        servicesSeen: entry?.inventory?.servicesSeen ?? storedServices(row.inventory),
        agentVersion: entry?.inventory?.agentVersion ?? row.agentVersion,
        online: entry?.online ?? false,
      };
    }),
  };
}

function storedServices(inventory: unknown): Service[] {
  const seen = (inventory as { servicesSeen?: unknown } | null)?.servicesSeen;
  return Array.isArray(seen) ? services.filter((service) => seen.includes(service)) : [];
}
