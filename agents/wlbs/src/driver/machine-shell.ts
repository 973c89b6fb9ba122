/**
 * The machine's shell: one state, one timer, events in the order in which they come. Effects go to the lanes; what
 * a lane reports while a step runs waits until the step has ended.
 */
import {
  type Heard,
  initialState,
  type MachineStatus,
  type MemberId,
  Rest,
  statusOf,
  step,
  type WlbsEffect,
  type WlbsEvent,
  type WlbsState,
} from "@bulkhead/core/wlbs";
import { type Clock, createWakeTimer, type WakeTimer } from "@bulkhead/runtime";

/** Asked for at every look at the clock, it would cost more than the clock. */
const origin = performance.timeOrigin;

/** An event without its time: the shell stamps it when it is taken in. */
export type Happening = WlbsEvent extends infer Event
  ? Event extends { now: number }
    ? Omit<Event, "now">
    : never
  : never;

export interface MachineShellOptions {
  clock: Clock;
  incarnation: number;
  carryOut(effect: WlbsEffect): void;
  /** Do beats wait for the machine? When they are taken they wait no longer. */
  isKeeping(): boolean;
  takeKept(): Heard[];
  /** Something happened that people want to see at once. */
  onChange(): void;
}

export class MachineShell {
  readonly #options: MachineShellOptions;
  readonly #timer: WakeTimer;
  #state: WlbsState;
  /** Of this state. */
  #rest: Rest;
  #waiting: Happening[] = [];
  #isStepping = false;
  #isStopped = false;

  constructor(options: MachineShellOptions) {
    this.#options = options;
    this.#state = initialState({ incarnation: options.incarnation });
    this.#rest = new Rest(this.#state);
    this.#timer = createWakeTimer(options.clock, () => this.#wake());
  }

  /**
   * Whole milliseconds on the machine's clock: never goes back, starts at the epoch time of the start. Whole, because
   * these times travel in reports, and a report with fractions is refused.
   */
  now(): number {
    return Math.floor(origin + this.#options.clock.monotonicMs());
  }

  status(): MachineStatus {
    if (this.#options.isKeeping()) this.tell({ kind: "wake" });
    return statusOf(this.#state, this.now());
  }

  /** For how long nobody has to look at beats, ms. */
  restMs(): number {
    return this.#rest.restMs(this.now());
  }

  /** May beats wait that say nothing new? */
  mayKeep(): boolean {
    return this.#rest.mayKeep(this.now());
  }

  /** Is the sender a member of our epoch, and has it said so? Beats of others do not wait. */
  isWithUs(sender: MemberId): boolean {
    return this.#rest.isWithUs(sender);
  }

  /** Beats of these were read at that moment, and wait: the machine is due later now, or at once. */
  keep(senders: readonly MemberId[], readAt: number): void {
    for (const sender of senders) this.#rest.keep(sender, readAt);
    this.#wake();
  }

  tell(happening: Happening): void {
    if (this.#isStopped) return;
    this.#waiting.push(happening);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#take(next);
    } finally {
      this.#isStepping = false;
    }
  }

  /** No step follows; the kernel is left as it is. */
  stop(): void {
    this.#isStopped = true;
    this.#timer.wakeAt(null);
  }

  /** With beats that are kept the machine may be due later than it asked for. */
  #wake(): void {
    const due = this.#rest.dueAt();
    if (due !== null && due > this.now()) this.#wakeAt(due);
    else this.tell({ kind: "wake" });
  }

  #wakeAt(at: number | null): void {
    this.#timer.wakeAt(at === null ? null : at - origin);
  }

  /** What was kept comes before anything else that happens, and is as good as a call. */
  #take(happening: Happening): void {
    const messages = happening.kind === "messages" ? [] : this.#options.takeKept();
    if (messages.length > 0) this.#step({ kind: "messages", messages });
    if (messages.length === 0 || happening.kind !== "wake") this.#step(happening);
  }

  #step(happening: Happening): void {
    const { state, effects, wakeAt } = step(this.#state, { ...happening, now: this.now() });
    this.#state = state;
    this.#rest = new Rest(state);
    for (const effect of effects) this.#options.carryOut(effect);
    this.#wakeAt(wakeAt);
    if (remarkable.has(happening.kind) || effects.some(isRemarkableEffect)) this.#options.onChange();
  }
}

/** A full cluster sends hundreds of beats a second, and almost all of them repeat the one before. */
const remarkable: ReadonlySet<Happening["kind"]> = new Set([
  "policy",
  "command",
  "ruleCommand",
  "installed",
  "health",
  "link",
]);

function isRemarkableEffect({ kind }: WlbsEffect): boolean {
  return kind !== "send" && kind !== "renewLease";
}
