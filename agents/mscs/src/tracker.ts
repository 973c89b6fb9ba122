/**
 * Follows the live state of the pair and tells of it within a second of a change: looks when somebody says that there is
 * something to see, again and again while things move, and every ten seconds in any case. Keeps the history of failovers,
 * and takes a group offline whose failover limit is exceeded.
 */
import {
  blindView,
  type ClusterView,
  type FailoverHistory,
  failoversOf,
  type MscsAct,
  type MscsPolicy,
  type MscsStatus,
  stepHistory,
  withFailoverCounts,
} from "@bulkhead/core/mscs";
import { isSameConfigurationEpoch, type PacemakerRunner } from "@bulkhead/pacemaker";
import { errorText, type HalfContext } from "@bulkhead/runtime";
import { createLimitKeeper } from "./limit-keeper.ts";
import { createTrackerMemory } from "./tracker-memory.ts";
import { beatPeriodMs, createTriggers, daemonNames, type Triggers } from "./tracker-triggers.ts";

/** While things move. The engine tells the first of many changes at once and the others up to 2 s later. */
const movingMs = 450;
const attentionMs = 3_000;
/** After these the tracker looks or listens again. */
export const trackerDelaysMs: readonly number[] = [movingMs, beatPeriodMs];
/** Without subscriptions. */
const pollMs = 1_000;
/** In any case: what nobody told. */
const safetyMs = 10_000;

export interface Tracker {
  status(): MscsStatus;
  /** Looks now, for example after a command. */
  refresh(): Promise<ClusterView>;
  setError(message: string | null): void;
  /** Differences between policy and CIB, a sentence each. */
  setDrift(lines: string[]): void;
  /** The acts of this node are not what they were. */
  actsChanged(): void;
  start(): void;
  stop(): void;
}

export interface TrackerOptions {
  context: HalfContext;
  cluster: string;
  runner: PacemakerRunner;
  /** What is wanted of the pair: names of networks, preferred owners, failover limits. Absent or null = not known. */
  policy?: () => MscsPolicy | null;
  /** Called when the pair's configuration (not its state) has changed, whoever changed it. */
  onConfiguration?: () => Promise<void>;
  /** Commands under way and ended, newest first; absent = none. */
  acts?: () => MscsAct[];
  /** Called with every view, and about every second while there is no newer one. */
  onView?: (view: ClusterView) => Promise<void>;
  /** Default: the engine's subscriptions and alerts. */
  triggers?: Triggers;
}

export function createTracker(options: TrackerOptions): Tracker {
  return new PairTracker(options);
}

class PairTracker implements Tracker {
  readonly #options: TrackerOptions;
  readonly #policy: () => MscsPolicy | null;
  readonly #triggers: Triggers;
  readonly #memory: ReturnType<typeof createTrackerMemory>;
  readonly #keepLimits: ReturnType<typeof createLimitKeeper>;
  #history: FailoverHistory;
  #status: MscsStatus;
  #error: string | null = null;
  #isRunning = false;
  #isTicking = false;
  #cancel = () => {};
  /** One look at a time: a later one must not be overtaken by an earlier one. */
  #looks: Promise<unknown> = Promise.resolve();
  #wanted: "nothing" | "engine" | "all" = "all";
  #attentionUntil = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #lookedAtAll = Number.NEGATIVE_INFINITY;

  constructor(options: TrackerOptions) {
    const { context, cluster, runner } = options;
    this.#options = options;
    this.#policy = options.policy ?? (() => null);
    const { node, clock, log } = context;
    this.#triggers = options.triggers ?? createTriggers({ clock, log, policy: this.#policy });
    this.#memory = createTrackerMemory(context.stateDir, log);
    this.#keepLimits = createLimitKeeper({ node, clock, log, edit: (change) => runner.edit(change) });
    this.#history = this.#memory.load();
    this.#status = {
      cluster,
      node,
      view: blindView(cluster, "The engine was not asked yet", null),
      daemons: daemonNames.map((name) => ({ name, running: false })),
      lastError: null,
      drift: [],
      acts: [],
      failovers: failoversOf(this.#history),
    };
  }

  status(): MscsStatus {
    return {
      ...this.#status,
      utcOffsetMin: -new Date(this.#options.context.clock.nowMs()).getTimezoneOffset(),
    };
  }

  refresh(): Promise<ClusterView> {
    return this.#look("all");
  }

  setError(message: string | null): void {
    this.#error = message;
    this.#update({});
  }

  setDrift(lines: string[]): void {
    this.#update({ drift: lines });
  }

  actsChanged(): void {
    this.#update({ acts: this.#options.acts?.() ?? [] });
    this.#attend("engine");
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#triggers.start({ onEngine: () => this.#attend("engine"), onLinks: () => this.#attend("all") });
    void this.#tick();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
    this.#triggers.stop();
  }

  /** Something has changed: look now, and go on looking for a while. */
  #attend(what: "engine" | "all"): void {
    this.#attentionUntil = this.#now() + attentionMs;
    this.#wanted = this.#wanted === "all" ? "all" : what;
    if (!this.#isRunning || this.#isTicking) return;
    this.#cancel();
    void this.#tick();
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    try {
      await this.#beat();
    } catch (error) {
      this.#options.context.log.error({ error: errorText(error) }, "cannot read the pair's state");
    }
    this.#isTicking = false;
    if (!this.#isRunning) return;
    const delayMs = this.#wanted !== "nothing" ? 0 : this.#isMoving() ? movingMs : beatPeriodMs;
    this.#cancel = this.#options.context.clock.after(delayMs, () => void this.#tick());
  }

  async #beat(): Promise<void> {
    const { daemons, isChanged } = await this.#triggers.beat();
    if (isChanged) this.#attend("all");
    this.#update({ daemons });
    const age = this.#now() - this.#lookedAt;
    const isDue = this.#isMoving() || age >= (this.#triggers.isHearing() ? safetyMs : pollMs);
    if (this.#wanted === "nothing" && !isDue) {
      this.#seen();
      await this.#options.onView?.(this.#status.view);
      return;
    }
    const isAll = this.#wanted === "all" || this.#now() - this.#lookedAtAll >= safetyMs;
    this.#wanted = "nothing";
    await this.#look(isAll ? "all" : "engine");
  }

  /** A group on its way, or a moment after something has changed. */
  #isMoving(): boolean {
    return this.#now() < this.#attentionUntil || Object.keys(this.#history.open).length > 0;
  }

  #look(what: "engine" | "all"): Promise<ClusterView> {
    const look = this.#looks.then(() => this.#lookNow(what));
    this.#looks = look.catch(() => {});
    return look;
  }

  async #lookNow(what: "engine" | "all"): Promise<ClusterView> {
    const { runner, onConfiguration, onView } = this.#options;
    const before = this.#status.view;
    this.#lookedAt = this.#now();
    if (what === "all") this.#lookedAtAll = this.#lookedAt;
    const seen = what === "all" ? await runner.readAll() : await runner.read();
    const view = await this.#remember(seen);
    this.#update({ view, failovers: failoversOf(this.#history) });
    this.#seen();
    if (await this.#keepLimits(this.#policy(), view)) this.#attend("engine");
    if (isReconfigured(before, view)) await onConfiguration?.();
    await onView?.(view);
    return view;
  }

  /** The view with what the history says of it. */
  async #remember(seen: ClusterView): Promise<ClusterView> {
    const at = this.#options.context.clock.nowMs();
    const policy = this.#policy();
    for (const alert of await this.#triggers.alerts())
      this.#history = stepHistory(this.#history, { kind: "alert", alert });
    const acts = this.#options.acts?.() ?? [];
    this.#history = stepHistory(this.#history, { kind: "view", at, view: seen, policy, acts });
    this.#memory.keep(this.#history);
    return withFailoverCounts(seen, policy, { history: this.#history, now: at });
  }

  /** Alone no reason to tell: the status goes out every second anyway. */
  #seen(): void {
    this.#status = { ...this.#status, seenAt: this.#options.context.clock.nowMs() };
  }

  #update(part: Partial<MscsStatus>): void {
    const next = { ...this.#status, ...part, lastError: this.#error ?? this.#memory.problem() };
    if (JSON.stringify(next) === JSON.stringify(this.#status)) return;
    this.#status = next;
    this.#options.context.onStatus();
  }

  #now(): number {
    return this.#options.context.clock.monotonicMs();
  }
}

/** Both epochs must be known: an engine that comes back has not been reconfigured for that. */
function isReconfigured(before: ClusterView, after: ClusterView): boolean {
  if (before.cibEpoch === null || after.cibEpoch === null) return false;
  return !isSameConfigurationEpoch(before.cibEpoch, after.cibEpoch);
}
