/** Counters as rows. A host without recent news counts as nothing and is shown as unknown, never as zero. Pure. */
import type { FlowCount } from "@bulkhead/core/wlbs";
import type { WlbsCluster, WlbsHostStatus } from "../states/wlbs-states.ts";

export interface HostCountRow {
  node: string;
  hostId: number;
  traffic: WlbsHostStatus["traffic"] | null;
}

export interface FlowRow extends FlowCount {
  name: string;
}

export interface RejectedRow {
  node: string;
  hostId: number;
  reason: string;
  beats: number;
}

export function hostRows({ hosts }: WlbsCluster): HostCountRow[] {
  return hosts.map(({ node, hostId, online, status }) => ({
    node,
    hostId,
    traffic: online ? (status?.traffic ?? null) : null,
  }));
}

function summed(flows: readonly FlowRow[]): FlowRow[] {
  const rows = new Map<string, FlowRow>();
  for (const flow of flows) {
    const row = rows.get(flow.name);
    rows.set(flow.name, row ? added(row, flow) : { ...flow });
  }
  return [...rows.values()];
}

function added(a: FlowRow, b: FlowCount): FlowRow {
  return {
    name: a.name,
    acceptedPackets: a.acceptedPackets + b.acceptedPackets,
    acceptedBytes: a.acceptedBytes + b.acceptedBytes,
    drainedPackets: a.drainedPackets + b.drainedPackets,
    drainedBytes: a.drainedBytes + b.drainedBytes,
    foreignPackets: a.foreignPackets + b.foreignPackets,
    foreignBytes: a.foreignBytes + b.foreignBytes,
  };
}

/** One row per rule, summed over the hosts. */
export function ruleRows(cluster: WlbsCluster): FlowRow[] {
  return summed(hostRows(cluster).flatMap(({ traffic }) => traffic?.rules ?? []));
}

/** One row per virtual IP, summed over the hosts. */
export function vipRows(cluster: WlbsCluster): FlowRow[] {
  const flows = hostRows(cluster).flatMap(({ traffic }) => traffic?.vips ?? []);
  return summed(flows.map(({ address, ...flow }) => ({ name: address, ...flow })));
}

/** Most beats first. */
export function rejectedRows({ hosts }: WlbsCluster): RejectedRow[] {
  return hosts
    .flatMap(({ node, hostId, online, status }) =>
      Object.entries(online ? (status?.rejectedBeats ?? {}) : {}).map(([reason, beats]) => ({
        node,
        hostId,
        reason,
        beats,
      })),
    )
    .filter(({ beats }) => beats > 0)
    .sort((a, b) => b.beats - a.beats);
}
