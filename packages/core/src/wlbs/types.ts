/**
 * The nouns of the WLBS tier (DOMAIN 1): the policy that a host is given, and the data plane that it
 * must bring about. Units are in the names. What a host reports stands in `report.ts`.
 */
export type * from "./report.ts";

/** None hashes client address and port, single the address, network the /24 (IPv6: /64). DOMAIN 1.3. */
export type Affinity = "none" | "single" | "network";
export type Protocol = "tcp" | "udp" | "both";
/**
 * How frames for a virtual IP reach all hosts (DOMAIN 1.4): `unicast` 02-BF-w-x-y-z, `multicast` 03-BF-w-x-y-z, `igmp`
 * 01-00-5E-7F-y-z, and `direct` (ours): the default host alone receives them and hands each to its owner.
 */
export type DeliveryMode = "unicast" | "multicast" | "igmp" | "direct";
/** Filtering mode of a port rule: balanced over hosts, one host by handling priority, or blocked. DOMAIN 1.3. */
export type FilteringMode = "multiple" | "single" | "disabled";

/** A virtual IP: canonical address, IPv4 or IPv6, and its prefix. */
export interface Vip {
  address: string;
  prefixLength: number;
}

/** What a health probe asks; it runs on each host against that host's own service. */
export type ProbeCheck =
  /** A TCP connection to the dedicated IP (or `address`) is accepted. */
  | { kind: "tcp"; port: number }
  /** GET answers with a status in [statusMin, statusMax] and, unless null, a body that contains `bodyContains`. */
  | {
      kind: "http";
      port: number;
      path: string;
      host: string | null;
      statusMin: number;
      statusMax: number;
      bodyContains: string | null;
    }
  /** Exit code 0 = healthy. Absolute path; no shell. */
  | { kind: "script"; command: string; args: string[] };

/** A failing probe drains its rule on this host only. */
export interface Probe {
  check: ProbeCheck;
  /** 100-60000. */
  periodMs: number;
  /** 50-60000, not above the period. */
  timeoutMs: number;
  /** Consecutive successes until healthy, and failures until failing; 1-10 each. */
  rise: number;
  fall: number;
  /** What becomes of the rule when it fails on every host: go on as if all were healthy, or nobody takes any. */
  whenAllFail: "serve" | "stop";
}

/** A port rule, the same on every host. DOMAIN 1.3. */
export interface PortRule {
  name: string;
  /** Canonical address of one VIP; null = all. */
  vip: string | null;
  /** 0-65535, inclusive. */
  startPort: number;
  endPort: number;
  protocol: Protocol;
  mode: FilteringMode;
  /** Of multiple mode; the others ignore it. */
  affinity: Affinity;
  /** Extended affinity: a client stays on its host this long after its last packet. 0-240, 0 = off. */
  affinityTimeoutMin: number;
  /** Multiple mode: load weight of every host of the policy, 0-100; equal load = 50 for all. Sorted by host ID. */
  weights: { hostId: number; weight: number }[];
  /** Single mode: handling priority of every host of the policy, distinct, 1-32, lowest takes all. Sorted by host ID. */
  priorities: { hostId: number; priority: number }[];
  probe: Probe | null;
}

/** What a host does when its agent starts and no command came before. DOMAIN 1.2. */
export type InitialState = "started" | "stopped" | "suspended";

/** One row of the cluster's host list: everybody has all of it. */
export interface ClusterHost {
  /** Node name (the enrolment name). */
  node: string;
  /** Host ID = host priority, 1-32, unique. Lower = higher priority. DOMAIN 1.2. */
  hostId: number;
  /** Canonical address without prefix; never filtered. */
  dedicatedIp: string;
  prefixLength: number;
  interface: string;
  initialState: InitialState;
  /** A suspended host stays so when its agent restarts; beats `initialState`. */
  retainSuspended: boolean;
}

/** Identical on every host of a cluster, except for who "I" am. */
export interface WlbsPolicy {
  cluster: string;
  /** Full Internet name of the cluster, or null. DOMAIN 1.1. */
  internetName: string | null;
  /** The first is the primary VIP. 1-32. */
  vips: Vip[];
  mode: DeliveryMode;
  /** Lower case; null in direct mode. DOMAIN 1.4. */
  clusterMac: string | null;
  heartbeat: { periodMs: number; tolerance: number };
  /** At a partition: every part goes on (NLB's way), or only the part with the majority. */
  partition: "serve" | "majority";
  /** On: one host answers ICMP echo to a VIP; off: every host does. DOMAIN 1.1. */
  filterIcmp: boolean;
  hosts: ClusterHost[];
  /** At most 32. A rule's slot is its index here. */
  rules: PortRule[];
  /** Seed of the bucket hash, the same on all hosts, 32 bit unsigned. */
  hashSeed: number;
  /** UDP port and IPv4 multicast group of the heartbeats. */
  heartbeatGroup: string;
  heartbeatPort: number;
}

/** Enough buckets that 32 hosts differ by at most 1 % (DESIGN, "Assignment"): 132 against 133 at worst. */
export const BUCKET_COUNT = 4096;

/** Owner of each bucket: index = bucket, value = host ID, 0 = nobody. Length BUCKET_COUNT. */
export type BucketTable = Uint8Array;

/** What the kernel is to do with a bucket. Draining: no new flows, but the connections of this host go on. */
export const MARK = { foreign: 0, owned: 1, draining: 2 } as const;

/** Buckets of the rules that share one distribution on this host. */
export interface PlaneTable {
  /** One MARK per bucket. */
  marks: Uint8Array;
  /** Direct mode, front host only: the owner of each bucket (host ID, 0 = nobody); null elsewhere. */
  owners: BucketTable | null;
  /** Direct mode, front host only: hosts that keep connections of buckets which others own now. Sorted. */
  drainers: { hostId: number; buckets: number[] }[];
}

/** A rule as the kernel carries it out. */
export interface PlaneRule {
  name: string;
  vip: string | null;
  startPort: number;
  endPort: number;
  protocol: Protocol;
  affinity: Affinity;
  /** Index into `DataPlane.tables`; null = blocked: everything to it is dropped, open connections too. */
  table: number | null;
  /**
   * Extended affinity, or null: clients seen by this host within `timeoutMin` stay here even when their bucket is
   * draining; clients in `elsewhere` (canonical addresses; network affinity: the network's first address) belong
   * to another host although their bucket is ours.
   */
  sticky: { timeoutMin: number; elsewhere: string[] } | null;
}

/** Complete desired state of one host's kernel; `install` effects always carry all of it. */
export interface DataPlane {
  /** Rises with every install of this agent process; the driver refuses older ones. */
  generation: number;
  cluster: string;
  hostId: number;
  mode: DeliveryMode;
  vips: Vip[];
  /** Null in direct mode. */
  clusterMac: string | null;
  interface: string;
  dedicatedIp: string;
  hashSeed: number;
  rules: PlaneRule[];
  tables: PlaneTable[];
  /**
   * Traffic that no rule covers belongs to the default host: owned there; draining on the other members, for one may
   * have been the default host before; foreign on a host that has left.
   */
  unruled: "owned" | "draining" | "foreign";
  /** Answers ICMP echo. */
  answersEcho: boolean;
  /** Direct mode: this host receives everything and hands on. */
  isFront: boolean;
  /** Direct mode: MAC of every member, by host ID. */
  peers: { hostId: number; mac: string }[];
  /** Heartbeat group and port: probe frames to the cluster MAC use the port above it (see `probePort`). */
  heartbeatGroup: string;
  heartbeatPort: number;
  /** New flows are accepted only while the kernel lease lives; the agent renews it every period. */
  leaseMs: number;
  /** No lease of this plane is longer. */
  longestLeaseMs: number;
}

/** Datagrams to this port of the heartbeat group travel in frames to the cluster MAC: they show whether such frames reach every host. */
export function probePort(heartbeatPort: number): number {
  return heartbeatPort === 65_535 ? 65_534 : heartbeatPort + 1;
}

/** What the kernel has counted for one port rule, or for traffic without a rule. Packets as the kernel counts them (a GRO train is one). */
export interface FlowCount {
  acceptedPackets: number;
  acceptedBytes: number;
  /** Let in because the connection was here before its bucket left. */
  drainedPackets: number;
  drainedBytes: number;
  /** Dropped at ingress: another host's. */
  foreignPackets: number;
  foreignBytes: number;
}

export interface TrafficCounters extends FlowCount {
  /** Ours, but dropped because the lease had run out. */
  unleasedPackets: number;
  /** Stream packets of owned or draining buckets whose connection another host holds. */
  strayPackets: number;
  /** Dropped by disabled rules. */
  blockedPackets: number;
  /** Fragments beyond the first. */
  fragmentPackets: number;
  /** Direct mode, front host: handed to their owners. */
  forwardedPackets: number;
  leaseRenewals: number;
  rules: ({ name: string } & FlowCount)[];
  vips: ({ address: string } & FlowCount)[];
  /** Accepted packets in 16 groups of 256 consecutive buckets. Null when the engine does not count them. */
  bucketGroups: number[] | null;
}
