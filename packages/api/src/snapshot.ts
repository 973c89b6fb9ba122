/**
 * The live picture of the fleet that overview, node, WLBS and MSCS pages all draw from. One shape for the first
 * query and for every message of the `fleet.live` subscription. Times are epoch milliseconds.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import type { ClusterView, MscsGroup } from "@bulkhead/core/mscs";
import type { PortRule, WlbsStatus } from "@bulkhead/core/wlbs";

export type NodeRole = "wlbs" | "mscs" | "witness";

export interface NodeSnapshot {
  name: string;
  /** What intent makes of it; null when no cluster names it. */
  role: NodeRole | null;
  cluster: string | null;
  machineId: string;
  online: boolean;
  lastSeenAt: number | null;
  enrolledAt: number;
  agentVersion: string;
  addresses: { interface: string; address: string; prefixLength: number }[];
  generation: { desired: number; applied: number };
  lastRefusal: Refusal | null;
}

export interface WlbsHostSnapshot {
  node: string;
  hostId: number;
  dedicatedIp: string;
  online: boolean;
  status: WlbsStatus | null;
  statusAt: number | null;
  /** Smoothed over the last 5 s; null before two reports. */
  rates: { acceptedPacketsPerS: number; acceptedBytesPerS: number } | null;
}

export interface WlbsSnapshot {
  name: string;
  vip: string;
  mode: string;
  clusterMac: string;
  /** Seed of the bucket hash: with it anyone can say which host answers a client. */
  hashSeed: number;
  rules: PortRule[];
  /** Worst state of the hosts, in words. */
  state: "converged" | "converging" | "draining" | "stopped" | "unknown" | "split";
  /** Cause, since when, what is awaited; null when all is well. */
  why: string | null;
  hosts: WlbsHostSnapshot[];
  /** Bucket owners of the newest epoch as run-length text (`formatTable` of core/wlbs). */
  table: string | null;
  epoch: string | null;
}

export interface MscsSnapshot {
  name: string;
  nodes: { name: string; address: string; online: boolean }[];
  witness: { node: string; address: string; online: boolean };
  groups: MscsGroup[];
  view: ClusterView | null;
  viewAt: number | null;
  viewFrom: string | null;
  why: string | null;
}

export interface FleetSnapshot {
  at: number;
  fleetName: string;
  nodes: NodeSnapshot[];
  wlbs: WlbsSnapshot[];
  mscs: MscsSnapshot[];
  /** Open violations of placement rules found in reality. */
  violations: Refusal[];
}
