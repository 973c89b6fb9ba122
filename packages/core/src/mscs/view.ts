/** What is seen of a pair, in MSCS words (DOMAIN 2.1), and what its agents report. */
import type { MscsAct } from "./acts.ts";
import type { FailoverRecord } from "./failovers.ts";
import type { NetworkRole } from "./types.ts";

/** Node states (DOMAIN 2.1) plus `unclean`: Pacemaker does not know, and neither do we. */
export type NodeState = "up" | "down" | "paused" | "joining" | "unclean" | "unknown";
export type ResourceState = "online" | "offline" | "failed" | "pending" | "unknown";
export type GroupState = "online" | "offline" | "failed" | "partial" | "pending" | "unknown";
/** Partitioned: some interface up, the nodes do not hear each other on it. */
export type NetworkState = "up" | "partitioned" | "down" | "unavailable" | "unknown";
export type InterfaceState = "up" | "unreachable" | "failed" | "unavailable" | "unknown";

export interface ResourceView {
  name: string;
  /** Resource agent, for example `ocf:heartbeat:IPaddr2`. */
  type: string;
  state: ResourceState;
  owner: string | null;
  /** On all nodes together. */
  failCount: number;
  /**
   * Nodes on which failures of it count. `hard`: the agent said that trying again cannot help, on that node or, where it was about
   * the configuration, on any (`everywhere`). Absent = the agent tells the sum alone.
   */
  failedOn?: { node: string; count: number; hard: "here" | "everywhere" | null }[];
  /** Offline because somebody ordered it, not because it failed. */
  isOrderedOffline: boolean;
  /** The last failure that the engine remembers, in one sentence; null = none. */
  lastFailure: string | null;
}

export interface GroupView {
  name: string;
  state: GroupState;
  owner: string | null;
  /** When its owner began to bring it online, by the engine's record (resolution: a second). Null = not known, or no owner. */
  since: number | null;
  isOrderedOffline: boolean;
  /** An order that is under way holds or draws it to a node: a restart, a move. */
  isPinned?: boolean;
  /** Failovers within the period of the policy, and whether their limit holds the group offline. Null = the agent cannot tell. */
  failovers: { count: number; isHalted: boolean } | null;
  resources: ResourceView[];
}

export interface NodeView {
  name: string;
  state: NodeState;
  /** Paused with `keep`: it keeps its groups and takes no new one. `drain`: its groups have moved away. Null = not paused. */
  pause: "keep" | "drain" | null;
}

export interface NetworkView {
  name: string;
  role: NetworkRole;
  state: NetworkState;
  interfaces: { node: string; address: string; state: InterfaceState }[];
}

export interface WitnessView {
  /** Null = cannot be told. */
  votes: boolean | null;
  /** The connection to it is encrypted and mutually proven; null = cannot be told. */
  isTls: boolean | null;
  /** Why it does not vote, in one sentence; null = it votes, or nobody knows why. */
  why: string | null;
}

export interface ClusterView {
  cluster: string;
  /** Null when the engine answers. Otherwise why it is blind; then states are unknown. */
  engineBlind: string | null;
  hasQuorum: boolean;
  witnessVotes: boolean | null;
  witness: WitnessView;
  fencingEnabled: boolean;
  /** Fence devices that the engine has verified by their monitor; `working` false = the last check or action failed. */
  fencing: { device: string; working: boolean | null; why: string | null }[];
  /** The engine watches nothing and does nothing: maintenance of the software. */
  isMaintenance: boolean;
  dc: string | null;
  nodes: NodeView[];
  networks: NetworkView[];
  groups: GroupView[];
  fenceHistory: { target: string; action: string; status: string; completed: string }[];
  /** CIB epoch `admin_epoch.epoch.num_updates`, for optimistic locking. */
  cibEpoch: string | null;
  /** Addresses that resources of the pair let move between the nodes, whoever configured them; absent = not known. */
  floating?: string[];
}

/** What an agent of a pair reports. */
export interface MscsStatus {
  cluster: string;
  node: string;
  view: ClusterView;
  /** When the view was last known to be right: looked at, or no change told since. Absent = the agent does not say. */
  seenAt?: number;
  /** Minutes that the local time of the node is ahead of UTC: failback windows are local hours. Absent = not known. */
  utcOffsetMin?: number;
  /** Daemons of the engine that should run and whether they do. */
  daemons: { name: string; running: boolean }[];
  lastError: string | null;
  /** Differences between policy and CIB, a sentence each; empty = none. */
  drift: string[];
  /** Commands under way and the last few that ended, newest first, at most 16. */
  acts: MscsAct[];
  /** Failovers that this node saw, newest first, at most 32; the controller keeps them for good. */
  failovers: FailoverRecord[];
}

/** Why a pair is "not protected" (red in the console); empty = it is protected. Sentences with the cure. */
export interface Protection {
  isProtected: boolean;
  why: string[];
  /** Those of `why` that only warn, and alone leave the pair protected. */
  warnings: string[];
}
