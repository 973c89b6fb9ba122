/**
 * What the procedures need, as interfaces only: the controller supplies the real things, tests supply memory.
 */
import type { AuditRecord } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import type { ValidationReport } from "@bulkhead/core/mscs";
import type { PlanReport } from "@bulkhead/core/plan";
import type { FilterVerdict, StatusCode } from "@bulkhead/core/wlbs";
import type { MscsContext } from "./context-mscs.ts";
import type { FleetSnapshot, KeyRotation, WlbsTables } from "./snapshot.ts";

export interface Actor {
  kind: "user" | "token";
  id: string;
  name: string;
}

/** What one node answered to a command, or what became of it on the way. */
export interface CommandOutcome {
  node: string;
  code: StatusCode;
  /** The number of the code in WMI (DOMAIN 1.8). */
  status: number;
  /** For people. Of query, display, params and queryport: the whole answer, several lines. */
  message: string;
  /** The same for programs, where the verb has it. */
  data?: unknown;
  refusal?: Refusal;
}

/** The object that a call names does not exist: HTTP 404. */
export interface Missing {
  missing: string;
  cure: string;
}

/** Verbs of `wlbs.command` (DOMAIN 1.8). The last three are about port rules and need a target. */
export const wlbsVerbs = [
  "start",
  "stop",
  "drainstop",
  "suspend",
  "resume",
  "reload",
  "enable",
  "disable",
  "drain",
] as const;
export type WlbsCommandVerb = (typeof wlbsVerbs)[number];

export interface WlbsOrder {
  cluster: string;
  /** Null = all hosts of the cluster, side by side. */
  host: string | null;
  verb: WlbsCommandVerb;
  /** `all`, `all:PORT`, `VIP:PORT` or `[IPV6]:PORT`; null for verbs of the host. */
  target: string | null;
  /** Of drainstop: what is still open then is cut. Null = wait for the last connection. 1-86400. */
  deadlineS: number | null;
  /** Yes to what would leave nobody to answer: stop, drainstop or suspend of all hosts. */
  confirm: boolean;
}

/** Questions that hosts answer with text; nothing changes. */
export const wlbsQuestions = ["query", "display", "params", "counters", "queryport"] as const;

export interface WlbsQuestion {
  cluster: string;
  host: string | null;
  verb: (typeof wlbsQuestions)[number];
  /** Of queryport, as in `WlbsOrder`; null for the others. */
  target: string | null;
}

export interface FilterQuestion {
  cluster: string;
  protocol: "tcp" | "udp" | "icmp" | "gre" | "esp" | "ah";
  /** Client and virtual IP, each as ADDRESS:PORT; protocols without ports may leave the port out. */
  from: string;
  to: string;
}

/** Who would accept the packet: every host is asked, each decides by its own data plane. */
export interface FilterAnswer {
  /** Nodes that would take it as a new flow; one in a healthy cluster. */
  accepts: string[];
  /** One sentence: who and why, or why nobody. */
  text: string;
  hosts: { node: string; hostId: number; code: StatusCode; message: string; verdict: FilterVerdict | null }[];
}

/** R32 guards a cluster that converges; the change may be the very thing that lets it converge again. */
export const overridableRules = ["R32"] as const;
export type OverridableRule = (typeof overridableRules)[number];

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
  /** Pairs that should be validated before this plan is applied. Absent in lists. */
  validations?: PlanValidation[];
}

/** A pair that a plan forms, or to which it brings a shared disk. */
export interface PlanValidation {
  pair: string;
  /** Why it should be validated first, in one sentence. */
  why: string;
  /** The report of this very plan, else the newest of the pair; null = it was never validated. */
  report: Pick<ValidationReport, "id" | "at" | "by" | "result" | "planHash"> | null;
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
    /** One outcome per host. Refusals: B-confirm, B-rule-target. Each attempt is audited. */
    command(actor: Actor, order: WlbsOrder): Promise<CommandOutcome[] | { refusals: Refusal[] } | Missing>;
    ask(question: WlbsQuestion): Promise<CommandOutcome[] | { refusals: Refusal[] } | Missing>;
    /** Refusal: B-packet (malformed). */
    filter(question: FilterQuestion): Promise<FilterAnswer | { refusals: Refusal[] } | Missing>;
    tables(cluster: string): WlbsTables | Missing;
    /**
     * Begins a change of the heartbeat key, or goes on with one that waits. Returns at once; progress is in the snapshot.
     * Refusal: B-key-rotation (a host is not connected; nothing has changed then).
     */
    rotateKey(actor: Actor, cluster: string): Promise<KeyRotation | { refusals: Refusal[] } | Missing>;
  };
  mscs: MscsContext;
  intent: {
    current(): Promise<{ yaml: string; planHash: string | null }>;
  };
  plans: {
    /** `override`: rules that the admin sets aside; only R32 can be. */
    create(actor: Actor, yaml: string, override?: readonly OverridableRule[]): Promise<PlanView>;
    get(id: string): Promise<PlanView | null>;
    list(limit: number): Promise<PlanView[]>;
  };
  deployments: {
    /** Applies the plan whose hash the admin saw; re-runs the guard; compare-and-set on the parent plan. */
    apply(
      actor: Actor,
      input: { planId: string; hash: string; override?: readonly OverridableRule[] | undefined },
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
