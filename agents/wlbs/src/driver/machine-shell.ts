/**
 * The machine's shell: one state, one timer, events in the order in which they come. Effects go to the lanes; what
 * a lane reports while a step runs waits until the step has ended.
 */
import {
  initialState,
  type MachineStatus,
  restMs,
  statusOf,
  step,
  type WlbsEffect,
  type WlbsEvent,
  type WlbsState,
} from "@bulkhead/core/wlbs";
import { type Clock, createWakeTimer, type WakeTimer } from "@bulkhead/runtime";

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
  /** Something happened that people want to see at once. */
  onChange(): void;
}

export class MachineShell {
  readonly #options: MachineShellOptions;
  readonly #timer: WakeTimer;
  #state: WlbsState;
  #waiting: Happening[] = [];
  #isStepping = false;
  #isStopped = false;

  constructor(options: MachineShellOptions) {
    this.#options = options;
    this.#state = initialState({ incarnation: options.incarnation });
    this.#timer = createWakeTimer(options.clock, () => this.tell({ kind: "wake" }));
  }

  /**
   * Whole milliseconds on the machine's clock: never goes back, starts at the epoch time of the start. Whole, because
   * these times travel in reports, and a report with fractions is refused.
   */
  now(): number {
    return Math.floor(performance.timeOrigin + this.#options.clock.monotonicMs());
  }

  status(): MachineStatus {
    return statusOf(this.#state, this.now());
  }

  /** For how long nobody has to look at beats, ms. */
  restMs(): number {
    return restMs(this.#state, this.now());
  }

  tell(happening: Happening): void {
    if (this.#isStopped) return;
    this.#waiting.push(happening);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  /** No step follows; the kernel is left as it is. */
  stop(): void {
    this.#isStopped = true;
    this.#timer.wakeAt(null);
  }

  #step(happening: Happening): void {
    const { state, effects, wakeAt } = step(this.#state, { ...happening, now: this.now() });
    this.#state = state;
    for (const effect of effects) this.#options.carryOut(effect);
    this.#timer.wakeAt(wakeAt === null ? null : wakeAt - performance.timeOrigin);
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
