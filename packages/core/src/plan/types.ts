/**
 * Intent (what the fleet file says), inventory (what the agents report) and the plan that is made of both.
 * A plan is specific enough that carrying it out decides nothing (DESIGN, "Controller").
 */
import type { Refusal, Service, WitnessPolicy } from "../fleet/index.ts";
import type { Fencing, MscsGroup, MscsPolicy, NetworkRole } from "../mscs/index.ts";
import type { ClusterHost, DeliveryMode, PortRule, WlbsPolicy } from "../wlbs/index.ts";
import type { AddressesInForce } from "./own-addresses.ts";

/** Parsed, defaulted fleet file. Keys are names. `packages/spec` makes it. */
export interface Intent {
  wlbs: Record<string, WlbsIntent>;
  mscs: Record<string, MscsIntent>;
}

export interface WlbsIntent {
  /** CIDR texts, 1-32, IPv4 and IPv6; the first is the primary VIP. */
  vips: string[];
  mode: DeliveryMode;
  /** Manual cluster MAC, lower case with colons; null = derived from the primary VIP. */
  clusterMac: string | null;
  /** Full Internet name, or null. DOMAIN 1.1. */
  internetName: string | null;
  heartbeat: { periodMs: number; tolerance: number };
  partition: WlbsPolicy["partition"];
  filterIcmp: boolean;
  hosts: Record<string, HostIntent>;
  rules: Record<string, RuleIntent>;
}

export interface HostIntent extends Pick<ClusterHost, "interface" | "initialState" | "retainSuspended"> {
  /** Host ID = host priority, 1-32. */
  id: number;
  /** CIDR text. */
  dedicatedIp: string;
}

/** Per-host values by node name, as far as the file names them. */
export interface RuleIntent extends Omit<PortRule, "name" | "weights" | "priorities"> {
  /** Multiple mode. Null = equal load; a host that is not named has weight 50. */
  weights: Record<string, number> | null;
  /** Single mode. Null = the host IDs; otherwise every host is named. */
  priorities: Record<string, number> | null;
}

export interface MscsIntent {
  /** Exactly two (R21). */
  nodes: string[];
  engine: MscsPolicy["engine"];
  /** By name; empty = one network, the one that the group addresses are in. The first that is not for clients only is link 0. */
  networks: Record<string, { subnet: string; role: NetworkRole }>;
  witness: string | null;
  fencing: Fencing | null;
  tokenMs: number;
  groups: Record<string, Omit<MscsGroup, "name">>;
}

/** One enrolled node, as last reported. `machineId` tells machines apart, not the name (R2). */
export interface InventoryNode {
  name: string;
  machineId: string;
  /**
   * Canonical addresses without prefix, all interfaces; 127.0.0.0/8 and ::1 are left out.
   * `isDynamic`: has a lifetime, because DHCP or a router gave it (R16); absent = the agent cannot tell.
   */
  addresses: { interface: string; address: string; prefixLength: number; isDynamic?: boolean }[];
  /** Engine daemons seen enabled or running on the machine, whoever started them (R3). */
  servicesSeen: Service[];
  /** Addresses that the configuration of the node's engine lets move, whoever wrote it; absent = nobody tells. */
  floating?: string[];
  agentVersion: string;
  online: boolean;
}

export interface Inventory {
  nodes: InventoryNode[];
  /** WLBS clusters that converge at this moment (R32); absent = nobody has looked, and R32 is not asked. */
  converging?: string[];
  /** What the plan in force made of addresses; absent = there is no plan. The planner adds it. */
  inForce?: AddressesInForce;
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
  | { service: "witness"; witness: WitnessPolicy; wall: Wall }
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
