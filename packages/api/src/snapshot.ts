/**
 * The live picture of the fleet that overview, node, WLBS and MSCS pages all draw from. One shape for the first
 * query and for every message of the `fleet.live` subscription. Times are epoch milliseconds.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import type {
  ClusterView,
  FailoverRecord,
  MscsAct,
  MscsGroup,
  MscsNetwork,
  MscsPolicy,
  MscsStatus,
  Protection,
} from "@bulkhead/core/mscs";
import type {
  ConvergenceRecord,
  DeliveryMode,
  Finding,
  InitialState,
  ModeNeed,
  PortRule,
  Vip,
  WlbsStatus,
} from "@bulkhead/core/wlbs";

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

/**
 * What a host reports, without what the cluster shows for all of them together: tables (`wlbs.tables`) and history.
 * `members` is the row of this host in the heartbeat matrix as it reported it.
 */
export type WlbsHostStatus = Omit<WlbsStatus, "tables" | "history">;

export interface WlbsHostSnapshot {
  node: string;
  hostId: number;
  dedicatedIp: string;
  interface: string;
  initialState: InitialState;
  retainSuspended: boolean;
  online: boolean;
  /** The last report, however old: see `statusAt`. */
  status: WlbsHostStatus | null;
  statusAt: number | null;
  /** True when the report is recent enough (4 s) to be called the state of the host. */
  isFresh: boolean;
  /** Smoothed over the last 5 s; null before two reports. */
  rates: { acceptedPacketsPerS: number; acceptedBytesPerS: number } | null;
}

export interface WlbsRuleSnapshot extends PortRule {
  /** Index into the tables of `wlbs.tables`; null = no table (disabled, or nobody has reported one). */
  table: number | null;
  /** Buckets per host in the newest epoch, by host ID; hostId 0 = nobody. Empty without a table. */
  distribution: { hostId: number; buckets: number }[];
}

/** One cell of the heartbeat matrix: what `listener` says of `speaker` (host IDs). */
export interface HeartbeatCell {
  listener: number;
  speaker: number;
  /**
   * `unheard`: the listener does not hear a host that runs and reports. `unknown`: the listener does not report or is
   * stopped, or the speaker is.
   */
  verdict: "heard" | "unheard" | "unknown";
  lastHeardMsAgo: number | null;
  /** Over the last 100 beats. Null where nothing was heard. */
  lostPercent: number | null;
  jitterMs: number | null;
  /** Do frames to the cluster MAC from the speaker reach the listener; null = cannot be told. */
  probeHeard: boolean | null;
}

/** A finding of one or more hosts, or of the controller that sees all sides. */
export interface ClusterFinding extends Finding {
  /** Nodes that report it or that it is about, by name. */
  hosts: string[];
}

/** One convergence, told once for all hosts that saw it. Times are those of the clock of its coordinator, where that reports. */
export interface ClusterConvergence extends ConvergenceRecord {
  /** Nodes that have it in their history, by name. */
  seenBy: string[];
}

/**
 * A change of the heartbeat key: all hosts accept the new key (`add`), then sign with it (`sign`), then forget the old
 * one (`drop`). Each step waits until every host has confirmed the one before.
 */
export interface KeyRotation {
  /** Number of the new key. */
  keyId: number;
  step: "add" | "sign" | "drop" | "done";
  startedAt: number;
  /** When the present step began; with `done`, when the last host confirmed. */
  stepSince: number;
  by: string;
  /** Hosts that have not confirmed the present step. */
  waitingFor: string[];
  /** What stops it, with the cure; null while it goes on. */
  why: string | null;
}

export interface WlbsSnapshot {
  name: string;
  internetName: string | null;
  /** The first is the primary one. */
  vips: Vip[];
  mode: DeliveryMode;
  /** Null in direct mode. */
  clusterMac: string | null;
  /** What the mode needs from switches and routers; empty = nothing. */
  needs: ModeNeed[];
  heartbeat: { periodMs: number; tolerance: number; group: string; port: number };
  partition: "serve" | "majority";
  filterIcmp: boolean;
  /** Seed of the bucket hash: with it anyone can say which host answers a client. */
  hashSeed: number;
  rules: WlbsRuleSnapshot[];
  /** Worst state of the hosts, in words. */
  state: "converged" | "converging" | "draining" | "suspended" | "stopped" | "unknown" | "split";
  /** Cause, since when, what is awaited; null when all is well. */
  why: string | null;
  hosts: WlbsHostSnapshot[];
  epoch: string | null;
  /** Changes with the bucket tables: ask `wlbs.tables` again when it does. Null = nobody has reported one. */
  tablesKey: string | null;
  /** Every ordered pair of two different hosts. */
  heartbeats: HeartbeatCell[];
  /** Worst first. */
  findings: ClusterFinding[];
  /** Newest first, at most 32. */
  history: ClusterConvergence[];
  /** The last change of the heartbeat key, until the next one; null = none yet. */
  keyRotation: KeyRotation | null;
}

/** Answer of `wlbs.tables`: the bucket owners of the newest epoch as run-length text (`parseTable` of core/wlbs). */
export interface WlbsTables {
  key: string | null;
  epoch: string | null;
  tables: string[];
}

/** One thing that is not as it should be in a pair. */
export interface PairCause {
  /**
   * `unseen`: no fresh view; `silence`: who does not report; `blind`: the engine does not answer; `order`: as somebody ordered it,
   * or on its way there. The others name what is wrong.
   */
  code:
    | "unseen"
    | "silence"
    | "blind"
    | "quorum"
    | "node"
    | "group"
    | "order"
    | "maintenance"
    | "protection"
    | "network"
    | "clock"
    | "drift";
  /** `note`: it is as somebody wants it, or passes by itself. */
  severity: "error" | "warn" | "note";
  /** What it is about; null = the pair as a whole. */
  about: { kind: "node" | "group" | "network"; name: string } | null;
  /** Whole sentences. */
  text: string;
  /** What to do, where the text does not say it; null = it does, or nothing has to be done. */
  cure: string | null;
  /** When this controller first saw it, epoch ms; of what was there when it started, about its start. Absent = nobody counts. */
  since?: number;
}

export interface MscsSnapshot {
  name: string;
  /** Of the policy; absent = made. `adopted`: somebody else set the engine up. */
  engine?: MscsPolicy["engine"];
  /** Corosync token of the policy, ms. */
  tokenMs?: number;
  /** What the policy says of fencing: the agent and the nodes it names. Null = none. */
  fencing?: { agent: string; nodes: string[] } | null;
  nodes: {
    name: string;
    address: string;
    /** On the second link; null = there is one link. */
    secondAddress?: string | null;
    online: boolean;
    /** When the node itself reported last; null = never. */
    statusAt?: number | null;
    /** Daemons of the engine that should run there, as it reported. */
    daemons?: MscsStatus["daemons"];
    /** What its agent could not do last; null = nothing. */
    lastError?: string | null;
  }[];
  /** Null = the pair has none, and is not protected. */
  witness: { node: string; address: string; online: boolean } | null;
  networks: MscsNetwork[];
  groups: MscsGroup[];
  view: ClusterView | null;
  viewAt: number | null;
  viewFrom: string | null;
  /** Whether one failure may be survived, and if not why; red in the console. */
  protection: Protection;
  /** What was changed by hand since the policy was written, a sentence each. */
  drift: string[];
  /** Commands under way and the last few that ended, newest first, of both nodes. */
  acts: (MscsAct & { node: string })[];
  /** Failovers of the last days, newest first, at most 32; `mscs.history` has all. */
  failovers: FailoverRecord[];
  /** What is not as it should be, worst first. Without a fresh view only that is said, and who is silent. */
  causes: PairCause[];
  /** The same in one text; null = nothing. */
  why: string | null;
}

export interface FleetSnapshot {
  at: number;
  fleetName: string;
  nodes: NodeSnapshot[];
  wlbs: WlbsSnapshot[];
  mscs: MscsSnapshot[];
  /** Open violations of placement rules found in reality, and findings of severity error (rule `W-` and their kind). */
  violations: (Refusal & {
    /** When this controller first saw it, epoch ms. Absent = nobody counts. */
    since?: number;
  })[];
}
