/** What a host of the WLBS tier reports: states, members, port rules, convergences, findings (DOMAIN 1.6 to 1.9). */
import type { TrafficCounters } from "./types.ts";

/** Host states of `query` (DOMAIN 1.9). */
export type HostState = "stopped" | "suspended" | "converging" | "converged" | "draining";

/** Port states of `queryport` (DOMAIN 1.3). */
export type RuleState = "enabled" | "disabled" | "draining";
/** `unknown` until the first verdict; it counts as healthy. `none` = the rule has no probe. */
export type RuleHealth = "none" | "unknown" | "healthy" | "failing";

export interface MemberView {
  hostId: number;
  node: string;
  state: HostState;
  lastHeardMsAgo: number;
  /** Is it a member of the epoch of the reporting host. */
  isMember: boolean;
  /** Does it say that it hears the reporting host. */
  hearsMe: boolean;
  /** Beats lost and the mean deviation of their arrival from the period, over the last 100 of them. */
  lostPercent: number;
  jitterMs: number;
  /** Did its probe frames to the cluster MAC arrive in the last 10 s; null = nobody can tell (direct mode, or too early). */
  probeHeard: boolean | null;
}

export interface RuleView {
  name: string;
  state: RuleState;
  health: RuleHealth;
  /** The last word of a failing probe, for example "connection refused". */
  healthText: string | null;
  ownedCount: number;
  drainingCount: number;
  /** TCP connections of this host that the rule covers. */
  openConnections: number;
  /** Index into `WlbsStatus.tables`; null = no table (disabled). */
  table: number | null;
}

/** Why convergence began (DOMAIN 1.6); the words stand for the WMI cause codes. */
export type ConvergenceCause =
  | "bad-configuration"
  | "new-member"
  | "unknown"
  | "duplicate-host-id"
  | "rule-count-mismatch"
  | "modified-rules"
  | "member-lost"
  | "modified-parameters"
  | "sticky-sync"
  | "member-left"
  | "drain"
  | "rule-state"
  | "cluster-formed"
  | "partition-healed";

/** One convergence as this host saw it. */
export interface ConvergenceRecord {
  epoch: string;
  cause: ConvergenceCause;
  /** For people: who and what. */
  text: string;
  /** Host ID of the host that caused it; 0 = unknown. */
  initiator: number;
  startedAt: number;
  /** Null while it lasts, or when another one began before its end. */
  endedAt: number | null;
  members: number[];
}

/** Something that the admin must know and that no state shows: with evidence, from both sides where there are two. */
export interface Finding {
  /** Named diagnosis, for example "wrong-key" or "duplicate-vip"; see `query/diagnose.ts`. */
  kind: string;
  severity: "warn" | "error";
  /** What is seen. */
  text: string;
  /** What ends it. */
  cure: string;
  evidence: string[];
  since: number;
}

/** Heartbeats that were dropped, by reason, since the agent started. */
export type RejectedBeats = Record<string, number>;

export interface DrainView {
  since: number;
  /** When the rest is cut; null = never. */
  deadline: number | null;
  openConnections: number;
  /** Seconds until the last connection ends if they go on ending as they have; null = cannot tell yet. */
  estimateS: number | null;
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
  /** Bucket owners as run-length text, for example "1x1365,2x1365,3x1366"; see `formatTable`. Distinct ones; [0] = first rule. */
  tables: string[];
  rules: RuleView[];
  /** Newest first, at most 32. */
  history: ConvergenceRecord[];
  findings: Finding[];
  drain: DrainView | null;
  /** Sums over all rules with a distribution. */
  ownedCount: number;
  drainingCount: number;
  openConnections: number;
  /** False when the kernel has had no lease for a second; shorter gaps are logged. */
  leaseAlive: boolean;
  traffic: TrafficCounters;
  rejectedBeats: RejectedBeats;
  lastError: string | null;
}
