/**
 * The contract between the agent's frame and the one half it loads (WLBS, MSCS or the witness). The frame
 * verifies, guards and stores a policy before it hands it over; a half only carries it out and tells how it is.
 */
import type { NodePolicy } from "@bulkhead/core/plan";
import type { BundleSecrets, CommandResult, CommandVerb, StatusReport } from "@bulkhead/protocol";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

export interface Half {
  readonly service: "wlbs" | "mscs" | "witness";
  /**
   * Brings about the complete desired state; called again with a newer policy, or with the same one after a
   * restart, and then changes only what differs. Rejects when it could not be carried out: the bundle is then
   * not recorded as applied, and its message is shown to the admin.
   */
  apply(policy: NodePolicy, secrets: BundleSecrets): Promise<void>;
  /** The latest known state, at once: never waits for the system. */
  status(): StatusReport;
  /** Answers with a code for every verb, `bad-params` for one that is not this half's. */
  command(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult>;
  /**
   * `keepDataPlane` true: the agent ends or restarts, everything that serves goes on.
   * False: the node is released; everything this half has set up is removed, and nothing is left. That may come
   * without an `apply` before it (after a restart): what a former life has set up is removed as well.
   */
  stop(options: { keepDataPlane: boolean }): Promise<void>;
}

/** Where a half offers its metrics to Prometheus over plain HTTP. */
export interface MetricsPlace {
  address: string;
  port: number;
}

export interface HalfContext {
  /** Enrolment name of this node. */
  node: string;
  clock: Clock;
  log: Logger;
  /** Directory for the half's own files (0700); survives restarts. */
  stateDir: string;
  /** The admin has allowed the agent to install packages of the system; absent = not. */
  mayInstall?: boolean;
  /** Where metrics are offered; absent = nowhere. */
  metrics?: MetricsPlace;
  /** To be called whenever `status()` has changed; the frame reports it at once. */
  onStatus(): void;
}

export type CreateHalf = (context: HalfContext) => Half;

/** To the thread that looks at an engine of somebody else; `command` null = is there one, and what does it run? */
export interface ForeignQuestion {
  id: number;
  command: { verb: CommandVerb; args: Record<string, string> } | null;
}

export type ForeignAnswer = { id: number; result: unknown } | { id: number; problem: string };
