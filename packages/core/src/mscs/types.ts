/**
 * The policy of an MSCS pair (DOMAIN 2.2 to 2.4): what is wanted. What is seen is in `view.ts`. FAILOVER.md maps every
 * notion to its Pacemaker construct.
 */

/** RestartAction of DOMAIN 2.4, as words: 0 none, 1 restart, 2 failover ("affect the group"). */
export type RestartAction = "none" | "restart" | "failover";

/** What happens when a resource fails (DOMAIN 2.5). */
export interface Restart {
  action: RestartAction;
  /** Restarts on the same node within the period before the group moves (action failover) or the resource stays failed. 0 = none. */
  threshold: number;
  /** Seconds. The engine counts them from the last failure: it has no sliding window. */
  periodS: number;
  /** Milliseconds between a failure and the restart. */
  delayMs: number;
}

/** What all resources have (DOMAIN 2.4). Null = the default of the type. */
export interface ResourceCommon {
  name: string;
  dependsOn: string[];
  /** Nodes that may own it; empty = both. A group runs only where all of its resources may. */
  possibleOwners: string[];
  restart: Restart;
  /** Seconds that going online or offline may take (PendingTimeout). */
  pendingTimeoutS: number | null;
  /** Seconds between two cheap checks (LooksAlive). */
  looksAliveS: number | null;
  /** Seconds between two thorough checks (IsAlive); only types that have one. */
  isAliveS: number | null;
  /** Seconds after which a resource that has failed on every node is tried again; null = never (RetryPeriodOnFailure). */
  retryAfterS: number | null;
}

/** What only this type has. `resource-types.ts` describes every field for file, form and help. */
export type ResourceSettings =
  | { type: "ipAddress"; address: string; prefixLength: number; interface: string }
  /** A DNS name for an address of the group, written to a server (RFC 2136) or to /etc/hosts of the pair's nodes. */
  | {
      type: "networkName";
      hostName: string;
      /** The ipAddress resource of the group that the name stands for. */
      ip: string;
      update: "dns" | "hosts";
      /** DNS only: address of the primary server, null otherwise. */
      server: string | null;
      /** DNS only: TSIG key file on both nodes, null = unsigned. */
      keyFile: string | null;
      ttlS: number;
    }
  /** Physical Disk. */
  | { type: "filesystem"; device: string; mount: string; fs: string; options: string }
  | { type: "nfsShare"; directory: string; clients: string; options: string; fsid: number }
  | { type: "smbShare"; share: string; directory: string; readOnly: boolean }
  /** A systemd unit. */
  | { type: "genericService"; unit: string }
  | { type: "genericApplication"; command: string; directory: string; user: string; stopSignal: string }
  /** A script with start, stop, looksAlive and isAlive as its one argument. */
  | { type: "genericScript"; script: string; user: string }
  | { type: "printSpooler"; spoolDirectory: string }
  | { type: "timeService"; config: string | null }
  | { type: "postgresql"; dataDir: string; binDir: string | null; port: number }
  | { type: "messageQueue"; broker: "rabbitmq" | "mosquitto"; dataDir: string; port: number }
  /** Any resource agent that is installed on both nodes, for example ocf:heartbeat:nginx. */
  | { type: "ocf"; agent: string; parameters: Record<string, string>; holdsSharedDisk: boolean };

export type MscsResource = ResourceCommon & ResourceSettings;
export type ResourceTypeName = ResourceSettings["type"];

/** Priority of a group (DOMAIN 2.3): 3000, 2000, 1000, and 0 = does not start by itself. */
export type GroupPriority = "high" | "medium" | "low" | "noAutoStart";

export interface MscsGroup {
  name: string;
  preferredOwners: string[];
  /** Local hours of the nodes; null = at once. The end hour is not part of the window. */
  failback: { allow: boolean; windowHours: [number, number] | null };
  /** Failovers within the period; at the next one the group is left offline. Counted above the engine. */
  failover: { threshold: number; periodHours: number };
  priority: GroupPriority;
  /** Groups that share a class name keep apart where two nodes allow it (soft). */
  antiAffinity: string[];
  /** True: an order to be offline outlives the pair's restart. False: the group comes online when the pair forms again. */
  persistentState: boolean;
  /** In start order (dependencies first): the planner sorts. */
  resources: MscsResource[];
}

export interface MscsNodePolicy {
  node: string;
  /** Corosync node id: 1 or 2. */
  nodeId: number;
  /** Heartbeat address on the first link. */
  address: string;
  /** Heartbeat address on the second link; null = there is one link. */
  secondAddress: string | null;
}

/** DOMAIN 2.2. `client` networks never carry heartbeats. */
export type NetworkRole = "internal" | "client" | "both";

export interface MscsNetwork {
  name: string;
  /** CIDR text of the network, for example 10.77.0.0/24. */
  subnet: string;
  role: NetworkRole;
  /** Corosync link number; null = carries no heartbeats. */
  link: 0 | 1 | null;
}

/** `agent` is an executable fence agent in /usr/sbin. Parameters of all nodes and of each node go to the CIB. */
export interface Fencing {
  agent: string;
  parameters: Record<string, string>;
  nodes: Record<string, Record<string, string>>;
}

/** Identical on both nodes of the pair. */
export interface MscsPolicy {
  cluster: string;
  /**
   * `made`: Bulkhead writes corosync.conf and all of the CIB that groups and fencing need. `adopted`: somebody else set the
   * engine up; its membership, quorum device, fencing and cluster options stay as they are, only the groups are managed.
   */
  engine: "made" | "adopted";
  nodes: [MscsNodePolicy, MscsNodePolicy];
  networks: MscsNetwork[];
  /** The qnetd host: the third vote. Null = none, and the pair is not protected. */
  witness: { node: string; address: string } | null;
  /** Null = none, and the pair is not protected: resources on shared disks are refused. */
  fencing: Fencing | null;
  /** Corosync token, ms. Floor 1000 (FAILOVER 1, "False alarms"). */
  tokenMs: number;
  groups: MscsGroup[];
}
