/**
 * What-if: an event on a pair, and what would come of it, in MSCS words. Two independent models answer: `predict` of
 * this package, and Pacemaker's own scheduler (crm_simulate), read by `packages/pacemaker`.
 */
import type { MscsPolicy } from "./types.ts";

export type WhatIfEvent =
  | { kind: "nodeLoss"; node: string }
  | { kind: "nodeReturn"; node: string }
  | { kind: "nodePause"; node: string; mode: "keep" | "drain" }
  /** The failure number `times` in a row on its present node (1 = the first). */
  | { kind: "resourceFailure"; group: string; resource: string; times: number }
  | { kind: "linkLoss"; network: string }
  | { kind: "witnessLoss" }
  | { kind: "move"; group: string; to: string }
  | { kind: "policy"; policy: MscsPolicy };

/** The state that a what-if starts from. */
export interface PairState {
  nodes: { name: string; state: "up" | "paused" | "down" }[];
  hasWitness: boolean;
  /** Owner of each group; null = runs nowhere. */
  owners: Record<string, string | null>;
  /** Failures that count on that node. `resource` is `group/resource`. */
  failCounts: { node: string; resource: string; count: number }[];
  /**
   * Failures that trying again cannot cure, by the agent's own word (OCF codes 2 to 6): the node is given up at the first of them.
   * `isEverywhere`: it said so of the configuration (code 6), and every node is given up. Absent = none.
   */
  hardFailures?: { node: string; resource: string; isEverywhere: boolean }[];
  /** Groups and resources (`group/resource`) that were ordered offline. */
  orderedOffline: string[];
  /** Networks (by name) that carry no heartbeats at the moment. */
  deadNetworks: string[];
  /** Local hour of the nodes, 0-23: failback windows. */
  hour: number;
  /** Failovers of each group within its period, for its limit; a group that is not named has had none. */
  failovers: Record<string, number>;
  /** The engine watches nothing and does nothing: maintenance of the software. */
  isMaintenance: boolean;
  /** The engine's coordinator; absent or null = not known. */
  coordinator?: string | null;
  /** Nodes whose fence device did not work when it was last looked at. */
  brokenFencing: string[];
}

export interface GroupOutcome {
  group: string;
  from: string | null;
  to: string | null;
  verdict: "stays" | "moves" | "restarts" | "starts" | "stops" | "partial" | "offline";
  /** Resources that stay behind, `group/resource`; only with `partial`. */
  stopped: string[];
  /** One sentence in MSCS words. */
  why: string;
}

/** Steps with one `order` happen together; a lower one is done before a higher one begins. */
export interface PredictedStep {
  order: number;
  action: "fence" | "stop" | "start";
  /** `group/resource`; for `fence` the node. */
  object: string;
  node: string;
}

export interface Prediction {
  /** Whether what is left of the pair may run anything. */
  hasQuorum: boolean;
  fenced: string[];
  groups: GroupOutcome[];
  steps: PredictedStep[];
  /** What the admin should know besides: no more redundancy, no witness, a limit that is near. */
  warnings: string[];
}
