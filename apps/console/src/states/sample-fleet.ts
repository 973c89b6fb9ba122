/** An empty fleet, and a node that is well, for the unit tests of the pure helpers. Not part of any page. */
import type { FleetSnapshot } from "@bulkhead/api";
import type { FleetNode } from "./other-states.ts";

export function sampleNode(name: string, change: Partial<FleetNode> = {}): FleetNode {
  return {
    name,
    role: null,
    cluster: null,
    machineId: name,
    online: true,
    lastSeenAt: 5_000,
    enrolledAt: 0,
    agentVersion: "1",
    addresses: [],
    generation: { desired: 1, applied: 1 },
    lastRefusal: null,
    ...change,
  };
}

/** @param change what there is in it. */
export function sampleFleet(change: Partial<FleetSnapshot>): FleetSnapshot {
  return { at: 10_000, fleetName: "fleet", nodes: [], wlbs: [], mscs: [], violations: [], ...change };
}
