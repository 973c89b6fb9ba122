/**
 * The running agent: puts policy keeper, link, reporter and local socket together. It needs no controller to
 * work; it starts with the last good policy and dials for ever.
 */
import { refusalLine } from "@bulkhead/core/fleet";
import { createLinkClient, type LinkClient, type LinkClientOptions } from "@bulkhead/net";
import type { BundleEnvelope, CommandResult, CommandVerb } from "@bulkhead/protocol";
import {
  type Clock,
  createHealth,
  errorText,
  type Health,
  type LocalServer,
  type Logger,
  type MetricsPlace,
  startLocalServer,
  startTaskLoop,
  type TaskLoop,
  type Warning,
} from "@bulkhead/runtime";
import { createForeignEngine, type ForeignEngine } from "./foreign-engine.ts";
import type { ForeignLook } from "./foreign-thread.ts";
import type { HalfName, LoadHalf } from "./halves.ts";
import type { Identity } from "./identity.ts";
import { type LinkSession, openLinkSession } from "./link-session.ts";
import { answerLocal } from "./local-requests.ts";
import type { NodePaths } from "./paths.ts";
import { type BundleOutcome, PolicyKeeper } from "./policy-keeper.ts";
import { policyLedger } from "./policy-ledger.ts";
import { Reporter } from "./reporter.ts";
import type { SystemReader } from "./system.ts";

export interface AgentPeriods {
  /** Between tries to carry out the last good policy. */
  resumeMs: number;
  /** Each reading of the inventory spawns three small programs; drift is to be seen within seconds. */
  inventoryMs: number;
}

const usualPeriods: AgentPeriods = { resumeMs: 2_000, inventoryMs: 5_000 };

export interface AgentOptions {
  identity: Identity;
  /** `http(s)://host[:port]`, tried in turn. */
  controllers: string[];
  paths: NodePaths;
  system: SystemReader;
  clock: Clock;
  log: Logger;
  loadHalf: LoadHalf;
  /** For a look at an engine that somebody else has set up; absent = nobody looks. */
  foreign?: ForeignLook;
  /** Where a half may offer metrics; null = nowhere. */
  metrics?: MetricsPlace | null;
  /** Whether the half may install packages of the system; absent = not. */
  mayInstall?: boolean;
  /** For tests; else the real link. */
  connect?: (options: LinkClientOptions) => LinkClient;
  /** For tests; else `usualPeriods`. */
  periods?: AgentPeriods;
  /** The node was released: the process is to end, so that its next life has no half loaded. */
  onReleased(): void;
}

/** One line per fact for `bulkhead-agent status`. */
export interface AgentFacts {
  node: string;
  controllers: string[];
  linked: boolean;
  linkProblem: string | null;
  service: string;
  cluster: string | null;
  appliedGeneration: number;
  warnings: { name: string; text: string; since: number }[];
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #health: Health;
  readonly #keeper: PolicyKeeper;
  readonly #reporter: Reporter;
  readonly #link: LinkSession;
  readonly #foreign: ForeignEngine | null;
  readonly #resumeLoop: TaskLoop;
  #local: LocalServer | null = null;
  #linkProblem: string | null = "no controller has answered yet";

  constructor(options: AgentOptions) {
    const { identity, paths, system, clock, log, periods = usualPeriods } = options;
    this.#options = options;
    this.#health = createHealth({
      nowMs: clock.nowMs,
      onChange: (warning) => {
        if (warning !== null) this.#warned(warning);
      },
    });
    this.#keeper = new PolicyKeeper({
      identity,
      ledger: policyLedger(paths.policy),
      system,
      loadHalf: options.loadHalf,
      halfContext: (service) => this.#halfContext(service),
      health: this.#health,
      log,
    });
    this.#resumeLoop = startTaskLoop({
      name: "resume",
      clock,
      log,
      periodMs: periods.resumeMs,
      run: () => this.#keeper.resume(),
    });
    this.#foreign =
      options.foreign === undefined
        ? null
        : createForeignEngine({
            service: () => this.#keeper.service,
            hasService: () => this.#keeper.hasService,
            look: options.foreign,
          });
    this.#link = this.#openLink();
    this.#reporter = new Reporter({
      clock,
      log,
      send: (frame) => this.#link.send(frame),
      inventoryPeriodMs: periods.inventoryMs,
      readInventory: async () => {
        const inventory = await system.inventory();
        return (await this.#foreign?.complete(inventory)) ?? inventory;
      },
      status: () => this.#keeper.status(),
    });
    for (const warning of this.#health.warnings()) this.#warned(warning);
  }

  /** Opens the local socket. Rejects when that is not possible (not root, read-only file system). */
  async listen(): Promise<void> {
    const { paths, log } = this.#options;
    this.#local = await startLocalServer({
      path: paths.socket,
      log,
      answer: (request) => answerLocal(this, request),
    });
  }

  facts(): AgentFacts {
    const { identity, controllers } = this.#options;
    return {
      node: identity.node,
      controllers,
      linked: this.#link.isReady,
      linkProblem: this.#link.isReady ? null : this.#linkProblem,
      service: this.#keeper.service,
      cluster: this.#keeper.cluster,
      appliedGeneration: this.#keeper.appliedGeneration,
      warnings: this.#health.warnings(),
    };
  }

  /** Answers for every verb and never rejects. */
  async command(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult> {
    try {
      const stranger = await this.#foreign?.answer(verb, { ...args, node: this.#options.identity.node });
      if (stranger) return stranger;
      // The policy is the frame's, so the frame reads it again.
      return await (verb === "wlbs.reload" ? this.#keeper.reload() : this.#keeper.command(verb, args));
    } catch (error) {
      this.#options.log.error({ verb, problem: errorText(error) }, "a command failed");
      return { code: "failed", message: errorText(error) };
    } finally {
      this.#reporter.statusChanged();
    }
  }

  /** Offers a bundle; `from` says who brought it, for the log and for the controller's audit. */
  async offer(envelope: BundleEnvelope, from: "link" | "file"): Promise<BundleOutcome> {
    const outcome = await this.#keeper.offer(envelope);
    const { generation, accepted, refusal } = outcome;
    this.#link.send({ type: "bundleResult", generation, accepted, refusal });
    if (refusal !== null) {
      const line = refusalLine(refusal);
      this.#options.log.warn({ generation, from, rule: refusal.rule }, line);
      this.#reporter.event("bundle.refused", `from ${from}: ${line}`.slice(0, 4096), refusal.objects);
    } else this.#options.log.info({ generation, from, service: this.#keeper.service }, "bundle carried out");
    this.#reporter.statusChanged();
    if (this.#keeper.mustRestart) this.#options.onReleased();
    return outcome;
  }

  /** Ends the process's part; the data plane goes on. */
  async stop(): Promise<void> {
    await Promise.all([this.#keeper.stop(), this.#resumeLoop.stop(), this.#reporter.stop()]);
    await this.#link.close();
    await this.#local?.close();
  }

  /** Warnings of the first moments, before there is a reporter, are told by the constructor. */
  #warned({ name, text }: Warning): void {
    if (this.#reporter === undefined) return;
    this.#options.log.warn({ warning: name }, text);
    this.#reporter.event("agent.warning", text.slice(0, 4096), [
      { kind: "node", name: this.#options.identity.node },
    ]);
  }

  #openLink(): LinkSession {
    const { identity, controllers, clock, log, connect } = this.#options;
    return openLinkSession({
      identity,
      controllers,
      clock,
      log,
      connect: connect ?? createLinkClient,
      appliedGeneration: () => this.#keeper.appliedGeneration,
      onReady: () => {
        log.info({}, "linked with the controller");
        this.#reporter.linkReady();
      },
      onDown: (reason) => {
        if (this.#linkProblem !== reason) log.warn({ reason }, "no link with the controller");
        this.#linkProblem = reason;
      },
      onBundle: (envelope) => void this.offer(envelope, "link"),
      onCommand: ({ id, verb, args }) =>
        void this.command(verb, args).then((result) =>
          this.#link.send({ type: "commandResult", id, result }),
        ),
    });
  }

  #halfContext(service: HalfName) {
    const { identity, clock, log, paths, metrics } = this.#options;
    return {
      node: identity.node,
      clock,
      log,
      stateDir: paths.halfState(service),
      ...(metrics ? { metrics } : {}),
      mayInstall: this.#options.mayInstall ?? false,
      onStatus: () => this.#reporter.statusChanged(),
    };
  }
}
