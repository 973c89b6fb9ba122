/**
 * The nouns of the WLBS tier (DOMAIN 1): the policy that a host is given, and the data plane that it
 * must bring about. Units are in the names.
 */

/** None hashes client address and port, single the address, network the /24 (IPv6: /64). DOMAIN 1.3. */
export type Affinity = "none" | "single" | "network";
export type Protocol = "tcp" | "udp" | "both";
/** First cut: only `multicast` is carried out; the others are refused by the planner. */
export type DeliveryMode = "unicast" | "multicast" | "igmp" | "direct";

/** A port rule in multiple-host filtering mode with equal load. DOMAIN 1.3. */
export interface PortRule {
  name: string;
  /** 0-65535, inclusive. */
  startPort: number;
  endPort: number;
  protocol: Protocol;
  mode: "multiple";
  affinity: Affinity;
}

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
  initialState: "started" | "stopped";
}

/** Identical on every host of a cluster, except for who "I" am. */
export interface WlbsPolicy {
  cluster: string;
  vip: string;
  vipPrefixLength: number;
  mode: "multicast";
  /** 03:bf:w:x:y:z for multicast. DOMAIN 1.4. */
  clusterMac: string;
  heartbeat: { periodMs: number; tolerance: number };
  hosts: ClusterHost[];
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

/** Complete desired state of one host's kernel; `install` effects always carry all of it. */
export interface DataPlane {
  /** Rises with every install of this agent process; the runner refuses older ones. */
  generation: number;
  vip: string;
  vipPrefixLength: number;
  clusterMac: string;
  interface: string;
  hashSeed: number;
  rules: PortRule[];
  /** Sorted, disjoint. A bucket in neither list is foreign: dropped at ingress. */
  ownedBuckets: number[];
  drainingBuckets: number[];
  /** The default host also takes traffic that no rule covers, and ICMP echo. */
  isDefaultHost: boolean;
  /** New flows are accepted only while the kernel lease lives; the agent renews it every period. */
  leaseMs: number;
}

/** Host states of `query` (DOMAIN 1.9). */
export type HostState = "stopped" | "converging" | "converged" | "draining";

export interface MemberView {
  hostId: number;
  node: string;
  state: HostState;
  lastHeardMsAgo: number;
}

/** What an agent reports; `wlbs query` and the console print it. */
export interface WlbsStatus {
  cluster: string;
  hostId: number;
  state: HostState;
  isDefaultHost: boolean;
  /** Text cause when not converged, for example "waiting for host 3 to release its buckets". */
  cause: string | null;
  /** `counter.coordinatorHostId`; null before the first convergence. */
  epoch: string | null;
  convergenceCount: number;
  /** When the present state began, epoch ms. */
  since: number;
  members: MemberView[];
  /** Bucket owners as run-length text, for example "1x1365,2x1365,3x1366"; see `formatTable`. */
  table: string | null;
  ownedCount: number;
  drainingCount: number;
  openConnections: number;
  /** False when the kernel has had no lease for a second; shorter gaps are logged. */
  leaseAlive: boolean;
  /** Counters of the ingress filter since its installation, in packets and bytes, summed over installs. */
  traffic: { acceptedPackets: number; acceptedBytes: number; drainedPackets: number; foreignPackets: number };
  lastError: string | null;
}
