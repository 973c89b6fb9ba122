/** The `mscs` part of what the procedures need: commands, what-if, history, drift, adoption, validation. */
import type { Refusal } from "@bulkhead/core/fleet";
import type {
  AdoptionReport,
  FailoverRecord,
  ForeignPair,
  MscsAct,
  MscsOrder,
  Prediction,
  ResourceField,
  ValidationReport,
  WhatIfEvent,
} from "@bulkhead/core/mscs";
import type { Actor, CommandOutcome, Missing } from "./context.ts";

/** The policy of another plan is named, not sent. */
export type WhatIfQuestion = Exclude<WhatIfEvent, { kind: "policy" }> | { kind: "plan"; planId: string };

export interface WhatIfAnswer {
  /** `live`: from the pair as it runs; `planned`: from its policy, all nodes up, groups on their preferred owners. */
  from: "live" | "planned";
  prediction: Prediction;
  /** What Pacemaker's own scheduler says; null = no node of the pair could be asked. */
  engine: Prediction | null;
  /** Sentences on which the two differ; empty = they agree (or the engine was not asked). */
  differences: string[];
  /** Milliseconds that the last failovers of each group took, newest first, at most 5. */
  tookLast: Record<string, number[]>;
}

export interface DriftAnswer {
  cluster: string;
  /** A line per difference, with what the policy says and what the CIB says. */
  lines: { object: string; wanted: string | null; found: string | null }[];
  /** Objects of others, kept untouched. */
  foreign: string[];
}

/** An OCF agent that is installed on both nodes. */
export interface InstalledAgent {
  /** For example `ocf:heartbeat:nginx`. */
  agent: string;
  title: string;
}

export interface AgentForm extends InstalledAgent {
  help: string;
  fields: ResourceField[];
}

export interface ForeignPairRow {
  /** Nodes that report it. */
  nodes: string[];
  cluster: string;
  /** As the agent that reported last sees it. */
  pair: ForeignPair;
  /** Epoch milliseconds of that report; null = not known. */
  at: number | null;
}

export interface MscsContext {
  /** `to` null = the peer. Waits until the group is there. */
  move(actor: Actor, input: { cluster: string; group: string; to: string | null }): Promise<CommandOutcome>;
  /**
   * Gives an order to the pair and returns the act as it begins; how it goes on is in the snapshot. Begin and end are
   * audited. Refusals are those of the rules, and `B-confirm` where the order would stop a group and `confirm` is false.
   */
  command(
    actor: Actor,
    input: { cluster: string; order: MscsOrder; confirm: boolean },
  ): Promise<(MscsAct & { node: string }) | { refusals: Refusal[] } | Missing>;
  whatIf(input: {
    cluster: string;
    from: "live" | "planned";
    question: WhatIfQuestion;
  }): Promise<WhatIfAnswer | { refusals: Refusal[] } | Missing>;
  /** Newest first. `before`: epoch milliseconds of the last row of the page before. */
  history(input: {
    cluster: string;
    group: string | null;
    before: number | null;
    limit: number;
  }): Promise<FailoverRecord[] | Missing>;
  drift(cluster: string): Promise<DriftAnswer | { refusals: Refusal[] } | Missing>;
  /** Pairs that agents found and Bulkhead did not set up. */
  foreign(): Promise<ForeignPairRow[]>;
  adoption(node: string): Promise<AdoptionReport | { refusals: Refusal[] } | Missing>;
  /** Runs all tests on the pair of this plan (or as it is in force), and keeps the report. */
  validate(
    actor: Actor,
    input: { cluster: string; planId: string | null },
  ): Promise<ValidationReport | { refusals: Refusal[] } | Missing>;
  validations(input: { cluster: string | null; limit: number }): Promise<ValidationReport[]>;
  validation(id: string): Promise<ValidationReport | null>;
  agents(cluster: string): Promise<InstalledAgent[] | { refusals: Refusal[] } | Missing>;
  agentForm(input: {
    cluster: string;
    agent: string;
  }): Promise<AgentForm | { refusals: Refusal[] } | Missing>;
}
