/**
 * What the procedures need, as interfaces only: the controller supplies the real things, tests supply memory.
 */
import type { AuditRecord } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import type { PlanReport } from "@bulkhead/core/plan";
import type { FleetSnapshot } from "./snapshot.ts";

export interface Actor {
  kind: "user" | "token";
  id: string;
  name: string;
}

export interface CommandOutcome {
  node: string;
  code: string;
  message: string;
  refusal?: Refusal;
}

export interface PlanView {
  id: string;
  hash: string;
  createdAt: number;
  createdBy: string;
  yaml: string;
  report: PlanReport;
  /** Line and column problems when the text could not be parsed; then `report.plan` is null. */
  problems: { line: number; column: number; path: string; message: string; cure: string }[];
  stale: boolean;
}

export interface DeploymentView {
  id: string;
  planId: string;
  planHash: string;
  state: "running" | "done" | "refused" | "failed";
  startedAt: number;
  finishedAt: number | null;
  by: string;
  /** What is awaited, or the cause of the failure. */
  why: string | null;
  nodes: {
    node: string;
    generation: number;
    state: "waiting" | "sent" | "accepted" | "refused" | "offline";
    refusal: Refusal | null;
  }[];
}

export interface AuditQuery {
  beforeSeq?: number | undefined;
  limit: number;
  outcome?: "done" | "refused" | "failed" | undefined;
  text?: string | undefined;
}

export interface ApiContext {
  /** Null when nobody is signed in. */
  actor: Actor | null;
  fleet: {
    snapshot(): FleetSnapshot;
    /** Yields now and on every change, at most every 250 ms. */
    live(signal: AbortSignal): AsyncIterable<FleetSnapshot>;
  };
  nodes: {
    createToken(
      actor: Actor,
      input: { name: string; ttlMinutes: number },
    ): Promise<{ token: string; installCommand: string; expiresAt: number }>;
    /** Ends the node's right to connect and drops its link. Refused while intent names it. */
    revoke(actor: Actor, name: string): Promise<Refusal | null>;
  };
  wlbs: {
    /** `host` null = all hosts of the cluster. */
    command(
      actor: Actor,
      input: { cluster: string; host: string | null; verb: "start" | "stop" | "drainstop" },
    ): Promise<CommandOutcome[]>;
  };
  mscs: {
    /** `to` null = the peer. */
    move(actor: Actor, input: { cluster: string; group: string; to: string | null }): Promise<CommandOutcome>;
  };
  intent: {
    current(): Promise<{ yaml: string; planHash: string | null }>;
  };
  plans: {
    create(actor: Actor, yaml: string): Promise<PlanView>;
    get(id: string): Promise<PlanView | null>;
    list(limit: number): Promise<PlanView[]>;
  };
  deployments: {
    /** Applies the plan whose hash the admin saw; re-runs the guard; compare-and-set on the parent plan. */
    apply(
      actor: Actor,
      input: { planId: string; hash: string },
    ): Promise<DeploymentView | { refusals: Refusal[] }>;
    get(id: string): Promise<DeploymentView | null>;
    list(limit: number): Promise<DeploymentView[]>;
    live(id: string, signal: AbortSignal): AsyncIterable<DeploymentView>;
  };
  audit: {
    list(query: AuditQuery): Promise<AuditRecord[]>;
    head(): Promise<{ seq: number; hash: string }>;
  };
  tokens: {
    create(actor: Actor, input: { name: string }): Promise<{ token: string; id: string }>;
    list(): Promise<{ id: string; name: string; createdAt: number; lastUsedAt: number | null }[]>;
    revoke(actor: Actor, id: string): Promise<void>;
  };
  setup: {
    needed(): Promise<boolean>;
    /** One-time token printed by the first start. */
    complete(input: {
      token: string;
      name: string;
      email: string;
      password: string;
    }): Promise<Refusal | null>;
  };
}
