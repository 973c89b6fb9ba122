/**
 * Intent (what the fleet file says), inventory (what the agents report) and the plan that is made of both.
 * A plan is specific enough that carrying it out decides nothing (DESIGN, "Controller").
 */
import type { Refusal, Service } from "../fleet/index.ts";
import type { Fencing, MscsGroup, MscsPolicy } from "../mscs/index.ts";
import type { DeliveryMode, PortRule, WlbsPolicy } from "../wlbs/index.ts";

/** Parsed, defaulted fleet file. Keys are names. `packages/spec` makes it. */
export interface Intent {
  wlbs: Record<string, WlbsIntent>;
  mscs: Record<string, MscsIntent>;
}

export interface WlbsIntent {
  /** CIDR texts; the first is the primary VIP. First cut: exactly one, IPv4. */
  vips: string[];
  mode: DeliveryMode;
  heartbeat: { periodMs: number; tolerance: number };
  hosts: Record<
    string,
    { id: number; interface: string; dedicatedIp: string; initialState: "started" | "stopped" }
  >;
  rules: Record<string, Omit<PortRule, "name">>;
}

export interface MscsIntent {
  /** Exactly two (R21). */
  nodes: string[];
  witness: string;
  fencing: Fencing;
  tokenMs: number;
  groups: Record<string, Omit<MscsGroup, "name">>;
}

/** One enrolled node, as last reported. `machineId` tells machines apart, not the name (R2). */
export interface InventoryNode {
  name: string;
  machineId: string;
  /** Canonical addresses without prefix, all interfaces; 127.0.0.0/8 and ::1 are left out. */
  addresses: { interface: string; address: string; prefixLength: number }[];
  /** Engine daemons seen enabled or running on the machine, whoever started them (R3). */
  servicesSeen: Service[];
  agentVersion: string;
  online: boolean;
}

export interface Inventory {
  nodes: InventoryNode[];
}

/**
 * Both sides of the wall, carried by every bundle: with it a node can hold R4 and R5 alone, without the
 * controller. Addresses are canonical, without prefix.
 */
export interface Wall {
  vips: { address: string; cluster: string }[];
  mscsAddresses: { address: string; owner: string }[];
}

/** What one node is to be. `none` releases a node from its service. */
export type NodePolicy =
  | { service: "wlbs"; wlbs: WlbsPolicy; wall: Wall }
  | { service: "mscs"; mscs: MscsPolicy; wall: Wall }
  | { service: "witness"; witness: { cluster: string; address: string }; wall: Wall }
  | { service: "none"; wall: Wall };

export interface NodeChange {
  node: string;
  before: NodePolicy["service"] | null;
  after: NodePolicy["service"];
  /** Plain sentences: what changes on this node. */
  lines: string[];
}

export interface Plan {
  /** SHA-256 (hex) of the canonical JSON of everything below except itself; made by the shell, which has crypto. */
  parent: string | null;
  intent: Intent;
  /** By node name. Only what carrying out needs. */
  policies: Record<string, NodePolicy>;
  changes: NodeChange[];
}

/** `refusals` with severity error block: then `plan` is null. */
export interface PlanReport {
  refusals: Refusal[];
  plan: Plan | null;
  /** One line for people: "3 nodes change, 2 stay", or why it is refused. */
  summary: string;
}
