/**
 * What the rest of the house sees of the database: plain interfaces, no Prisma. Reading is free; every change runs
 * inside `Db.change`, which writes its audit events in the same transaction and refuses to commit without one
 * (DESIGN, "Audit": no log, no change). Times are epoch milliseconds. Hashes and keys are text.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Intent, Plan, PlanReport } from "@bulkhead/core/plan";
import type { AuditAppender, AuditStore } from "./stores-audit.ts";
import type { MscsHistory, MscsHistoryReads, MscsHistoryWrites } from "./stores-mscs.ts";

export type NodeRole = "wlbs" | "mscs" | "witness";

/** Any JSON value; the owner of the column knows its shape and validates on reading. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface NodeRow {
  name: string;
  machineId: string;
  /** What the applied intent makes of it; null when no cluster names it. */
  role: NodeRole | null;
  /** SPKI, base64 DER. */
  signingKey: string;
  sealingKey: string;
  enrolledAt: number;
  /** A revoked node may not connect; its name and machine are free to enrol again. */
  revokedAt: number | null;
  lastSeenAt: number | null;
  agentVersion: string;
  /** The last `InventoryReport`, or null. */
  inventory: unknown;
  desiredGeneration: number;
  appliedGeneration: number;
  lastRefusal: Refusal | null;
}

export interface EnrolmentTokenRow {
  tokenHash: string;
  node: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

export interface PlanRow {
  id: string;
  hash: string;
  parentHash: string | null;
  yaml: string;
  /** Null when the text could not be parsed; then `problems` says where. */
  intent: Intent | null;
  report: PlanReport;
  /** Line and column problems of the text, as the API shows them. */
  problems: unknown[];
  createdAt: number;
  createdBy: string;
}

export type DeploymentState = "running" | "done" | "refused" | "failed";
export type DeploymentNodeState = "waiting" | "sent" | "accepted" | "refused" | "offline";

export interface DeploymentNodeRow {
  node: string;
  generation: number;
  /** The signed bundle (`BundleEnvelope`); null only before it is signed. */
  envelope: unknown;
  state: DeploymentNodeState;
  refusal: Refusal | null;
  updatedAt: number;
}

export interface DeploymentRow {
  id: string;
  planId: string;
  planHash: string;
  state: DeploymentState;
  startedAt: number;
  finishedAt: number | null;
  by: string;
  why: string | null;
  nodes: DeploymentNodeRow[];
}

export interface ApiTokenRow {
  id: string;
  name: string;
  createdBy: string;
  createdAt: number;
  lastUsedAt: number | null;
}

/** The plan that is in force. Null before the first apply. */
export interface FleetHeadRow {
  planId: string | null;
  planHash: string | null;
  movedAt: number;
}

/* Reading: on `Db` directly and, consistently with the change, on `Tx`. */

export interface NodeReads {
  get(name: string): Promise<NodeRow | null>;
  /** By name. Revoked nodes only when asked for. */
  list(options?: { withRevoked?: boolean }): Promise<NodeRow[]>;
}

export interface IntentReads {
  head(): Promise<FleetHeadRow>;
  /** The plan in force with its text, or null before the first apply. */
  applied(): Promise<PlanRow | null>;
}

export interface PlanReads {
  get(id: string): Promise<PlanRow | null>;
  /** Newest first. */
  list(limit: number): Promise<PlanRow[]>;
}

export interface DeploymentReads {
  get(id: string): Promise<DeploymentRow | null>;
  /** Newest first. */
  list(limit: number): Promise<DeploymentRow[]>;
  /** The bundle that the node should be running: highest generation ever made for it. */
  latestBundle(node: string): Promise<(DeploymentNodeRow & { deploymentId: string }) | null>;
}

export interface ApiTokenReads {
  list(): Promise<ApiTokenRow[]>;
  /** Valid token with this hash, or null. Notes `lastUsedAt`, at most once a minute. */
  findByHash(tokenHash: string, now: number): Promise<ApiTokenRow | null>;
}

export interface SettingReads {
  get(key: string): Promise<string | null>;
}

/* Changing: only on `Tx`. */

export interface NodeWrites extends NodeReads {
  /**
   * Takes a valid enrolment token and makes (or renews) the node. Refusals: unknown, used or expired token; a machine
   * that already has another name (R2); a name that belongs to another machine.
   */
  enrol(input: EnrolInput): Promise<{ node: NodeRow } | { refusal: Refusal }>;
  /** Refused while the applied intent names it. */
  revoke(name: string, at: number): Promise<Refusal | null>;
  createToken(token: {
    tokenHash: string;
    node: string;
    createdBy: string;
    createdAt: number;
    expiresAt: number;
  }): Promise<void>;
}

export interface EnrolInput {
  tokenHash: string;
  now: number;
  machineId: string;
  signingKey: string;
  sealingKey: string;
  agentVersion: string;
  inventory: unknown;
}

export interface ApplyInput {
  planId: string;
  planHash: string;
  /** The head the plan was made on: `Plan.parent`. */
  parentHash: string | null;
  plan: Plan;
  deploymentId: string;
  by: string;
  at: number;
  /** One per node that changes; generations from `nextGenerations`. */
  nodes: { node: string; generation: number; envelope: unknown }[];
}

export type ReissueInput = Omit<ApplyInput, "parentHash" | "plan">;

export interface IntentWrites extends IntentReads {
  /**
   * Locks the head and gives each named node its next generation (desired + 1) without storing it. Call it before
   * signing, in the same `change` as `apply`.
   */
  nextGenerations(nodes: string[]): Promise<Record<string, number>>;
  /**
   * Compare-and-set on the head, then replaces the relational intent, sets roles and desired generations and inserts
   * the deployment. Constraint violations come back as the refusals of the rule (R1, R2, R4, R5, ...): then the whole
   * `change` is rolled back by throwing `RefusedByDatabase`. A moved head gives the refusal `B-stale-plan`.
   */
  apply(input: ApplyInput): Promise<DeploymentRow | { refusal: Refusal }>;
  /** New bundles for the plan in force; intent stays as it is. `B-stale-plan` when the head is not at `planHash`. */
  reissue(input: ReissueInput): Promise<DeploymentRow | { refusal: Refusal }>;
}

export interface PlanWrites extends PlanReads {
  create(plan: PlanRow): Promise<void>;
}

export interface DeploymentWrites extends DeploymentReads {
  setNode(
    deploymentId: string,
    node: string,
    update: { state: DeploymentNodeState; refusal: Refusal | null; at: number },
  ): Promise<void>;
  finish(
    deploymentId: string,
    update: { state: Exclude<DeploymentState, "running">; why: string | null; at: number },
  ): Promise<void>;
  /** What is awaited, for people. */
  setWhy(deploymentId: string, why: string | null): Promise<void>;
}

export interface ApiTokenWrites extends ApiTokenReads {
  create(token: {
    id: string;
    name: string;
    tokenHash: string;
    createdBy: string;
    createdAt: number;
  }): Promise<void>;
  /** False when there was none. */
  revoke(id: string): Promise<boolean>;
}

export interface SettingWrites extends SettingReads {
  set(key: string, value: string): Promise<void>;
  /** Deletes the key only if it has this value; true when it did. One-time tokens are spent with it. */
  take(key: string, value: string): Promise<boolean>;
}

export interface Tx {
  nodes: NodeWrites;
  intent: IntentWrites;
  plans: PlanWrites;
  deployments: DeploymentWrites;
  apiTokens: ApiTokenWrites;
  settings: SettingWrites;
  mscs: MscsHistoryWrites;
  audit: AuditAppender;
}

/** Telemetry of a node: not a change of the fleet, therefore not audited and not in `Tx`. */
export interface NodeTelemetry {
  seen(name: string, at: number): Promise<void>;
  inventory(name: string, report: { agentVersion: string; inventory: unknown; at: number }): Promise<void>;
  /** Never lowers `appliedGeneration`. */
  applied(name: string, result: { generation: number; refusal: Refusal | null }): Promise<void>;
}

export interface Db {
  nodes: NodeReads;
  telemetry: NodeTelemetry;
  intent: IntentReads;
  plans: PlanReads;
  deployments: DeploymentReads;
  apiTokens: ApiTokenReads;
  settings: SettingReads;
  mscs: MscsHistoryReads & MscsHistory;
  audit: AuditStore;
  users: {
    /** 0 = the one-time set-up is open. */
    count(): Promise<number>;
  };
  /** For `prismaAdapter(db.authClient, { provider: "postgresql" })` of better-auth and for nothing else. */
  authClient: object;
  /**
   * Runs `work` in one transaction together with the events it appends. Retries serialisation conflicts and deadlocks, so
   * `work` must have no effects outside the database. Throws `ChangeWithoutAudit` when it appended nothing, and
   * `RefusedByDatabase` (with `.refusal`) when a placement constraint spoke.
   */
  change<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Resolves when the database answers; for /readyz. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
