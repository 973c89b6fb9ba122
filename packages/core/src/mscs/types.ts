/**
 * The nouns of the MSCS tier (DOMAIN 2): the policy of a pair, and the live view that is read back from
 * Pacemaker. FAILOVER.md maps every notion to its Pacemaker construct.
 */

export type MscsResource =
  | {
      name: string;
      type: "ipAddress";
      address: string;
      prefixLength: number;
      interface: string;
      dependsOn: string[];
      restart: Restart;
    }
  | {
      name: string;
      type: "filesystem";
      device: string;
      mount: string;
      fs: string;
      dependsOn: string[];
      restart: Restart;
    }
  | {
      name: string;
      type: "postgresql";
      dataDir: string;
      binDir: string | null;
      port: number;
      dependsOn: string[];
      restart: Restart;
    };

/** Restart threshold in a period before the group moves. DOMAIN 2.4; defaults 3 in 900 s. */
export interface Restart {
  threshold: number;
  periodS: number;
}

export interface MscsGroup {
  name: string;
  preferredOwners: string[];
  failback: { allow: boolean; windowHours: [number, number] | null };
  failover: { threshold: number; periodHours: number };
  /** In start order (dependencies first): the planner sorts. */
  resources: MscsResource[];
}

export interface MscsNodePolicy {
  node: string;
  /** Corosync node id: 1 or 2. */
  nodeId: number;
  /** Heartbeat address. */
  address: string;
}

/** `agent` is an executable fence agent in /usr/sbin; parameters per node go to the CIB. */
export interface Fencing {
  agent: string;
  nodes: Record<string, Record<string, string>>;
}

/** Identical on both nodes of the pair. */
export interface MscsPolicy {
  cluster: string;
  nodes: [MscsNodePolicy, MscsNodePolicy];
  /** qnetd host: the witness vote. */
  witness: { node: string; address: string };
  fencing: Fencing;
  /** Corosync token, ms. Floor 1000 (FAILOVER 1, "False alarms"). */
  tokenMs: number;
  groups: MscsGroup[];
}

/** Node states (DOMAIN 2.1) plus `unclean`: Pacemaker does not know, and neither do we. */
export type NodeState = "up" | "down" | "paused" | "joining" | "unclean" | "unknown";
export type ResourceState = "online" | "offline" | "failed" | "pending" | "unknown";
export type GroupState = "online" | "offline" | "failed" | "partial" | "pending" | "unknown";

export interface ClusterView {
  cluster: string;
  /** Null when the engine answers. Otherwise why it is blind; then states are unknown. */
  engineBlind: string | null;
  hasQuorum: boolean;
  witnessVotes: boolean | null;
  fencingEnabled: boolean;
  dc: string | null;
  nodes: { name: string; state: NodeState }[];
  groups: {
    name: string;
    state: GroupState;
    owner: string | null;
    resources: {
      name: string;
      type: string;
      state: ResourceState;
      owner: string | null;
      failCount: number;
    }[];
  }[];
  fenceHistory: { target: string; action: string; status: string; completed: string }[];
  /** CIB epoch `admin_epoch.epoch.num_updates`, for optimistic locking. */
  cibEpoch: string | null;
}

/** What an agent of a pair reports. */
export interface MscsStatus {
  cluster: string;
  node: string;
  view: ClusterView;
  /** Daemons of the engine that should run and whether they do. */
  daemons: { name: string; running: boolean }[];
  lastError: string | null;
}
