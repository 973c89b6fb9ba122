/** A pair of the snapshot for tests: healthy, with every value at its default. */
import { sampleGroup, sampleView } from "@bulkhead/core/mscs";
import type { MscsCluster } from "../states/mscs-states.ts";

export function samplePairSnapshot(change: Partial<MscsCluster> = {}): MscsCluster {
  return {
    name: "data",
    engine: "made",
    tokenMs: 1000,
    fencing: { agent: "fence_ipmilan", nodes: ["db-1", "db-2"] },
    nodes: [
      { name: "db-1", address: "10.77.0.11", secondAddress: null, online: true },
      { name: "db-2", address: "10.77.0.12", secondAddress: null, online: true },
    ],
    witness: { node: "witness-1", address: "10.77.0.20", online: true },
    networks: [{ name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 }],
    groups: [sampleGroup()],
    view: sampleView(),
    viewAt: 1_000_000,
    viewFrom: "db-1",
    protection: { isProtected: true, why: [], warnings: [] },
    drift: [],
    acts: [],
    failovers: [],
    causes: [],
    why: null,
    ...change,
  };
}
