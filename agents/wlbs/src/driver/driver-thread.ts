/**
 * The driver in a thread of its own, as the main thread sees it. A thread that dies or stands still is ended, reported
 * and replaced by a new one with the same orders: meanwhile the kernel's lease runs out by itself, so nothing is owned
 * twice, and connections go on.
 */
import { Worker } from "node:worker_threads";
import type { DataPlane, HostVerb, RuleTarget, RuleVerb, Wanted } from "@bulkhead/core/wlbs";
import { type Clock, errorText, type Logger, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";
import type { CallName, FromThread, ToThread } from "./calls.ts";
import type { Answer, Counted, Driver, DriverOwner, Finding, Orders, Sample } from "./driver-types.ts";

/** Asked once a second; this many unanswered questions in a row, and the thread stands still. */
const silenceMax = 5;
const askMs = 1_000;
/** Between the end of a thread and the next one: doubles while they keep dying, starts anew after a good minute. */
const restartMs = { min: 100, max: 5_000, good: 60_000 } as const;
const applyAgainMs = 1_000;
/**
 * The heap of a full cluster's driver is some 10 MB. What exceeds this is a fault, and the thread ends of it instead
 * of the machine.
 */
const heap = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 2 } as const;

export interface DriverThreadOptions {
  /** The program of the thread (`thread-program.ts`). */
  program: URL;
  node: string;
  clock: Clock;
  log: Logger;
  /** A number that this host has never used. */
  nextIncarnation(): number;
  /** What is remembered now: a new thread goes on with it. */
  wanted(): Wanted | null;
  /** The thread's number for the kernel: to be preferred. */
  onThread(tid: number): void;
  /** A new thread is there and knows its orders, but none of the findings. */
  onReplaced(): void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export class DriverThread implements Driver {
  readonly #options: DriverThreadOptions;
  readonly #owner: DriverOwner;
  readonly #watch: TaskLoop;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #orders: Orders | null = null;
  #callCount = 0;
  #unanswered = 0;
  #startedAt = 0;
  #waitMs: number = restartMs.min;
  #problem: string | null = null;
  #isClosed = false;

  constructor(options: DriverThreadOptions, owner: DriverOwner) {
    this.#options = options;
    this.#owner = owner;
    const { clock, log } = options;
    this.#start();
    const run = async (): Promise<void> => this.#look();
    this.#watch = startTaskLoop({ name: "wlbs-driver-watch", clock, log, periodMs: askMs, run });
  }

  /** Why there is no thread, or why it had to be replaced in the last minute; null when all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** False between the end of a thread and the next one. */
  get isRunning(): boolean {
    return this.#worker !== null;
  }

  async apply(orders: Orders): Promise<void> {
    await this.#call("apply", orders);
    this.#orders = orders;
  }

  command(verb: HostVerb, deadlineMs: number | null): Promise<Answer> {
    return this.#call("command", verb, deadlineMs) as Promise<Answer>;
  }

  ruleCommand(verb: RuleVerb, target: RuleTarget): Promise<Answer> {
    return this.#call("ruleCommand", verb, target) as Promise<Answer>;
  }

  async tell(finding: Finding): Promise<void> {
    await this.#call("tell", finding);
  }

  sample(): Promise<Sample | null> {
    return this.#call("sample") as Promise<Sample | null>;
  }

  plane(): Promise<DataPlane | null> {
    return this.#call("plane") as Promise<DataPlane | null>;
  }

  async counted(counted: Counted): Promise<void> {
    await this.#call("counted", counted);
  }

  leave(): Promise<void> {
    return this.#end("leave");
  }

  release(): Promise<void> {
    return this.#end("release");
  }

  async #end(name: "leave" | "release"): Promise<void> {
    try {
      await this.#call(name);
    } finally {
      this.#isClosed = true;
      await this.#watch.stop();
      await this.#worker?.terminate();
    }
  }

  #call(name: CallName, ...args: unknown[]): Promise<unknown> {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new Error(this.#problem ?? "The driver has ended."));
    this.#callCount += 1;
    const id = this.#callCount;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ kind: "call", id, name, args } satisfies ToThread);
    });
  }

  #start(): void {
    const { program, node, nextIncarnation, clock } = this.#options;
    this.#unanswered = 0;
    this.#startedAt = clock.monotonicMs();
    const worker = new Worker(program, {
      workerData: { node, incarnation: nextIncarnation() },
      resourceLimits: heap,
    });
    let why = "it ended by itself";
    this.#worker = worker;
    worker.on("message", (message: FromThread) => this.#hear(message));
    worker.on("error", (error) => {
      why = errorText(error);
    });
    worker.on("exit", () => this.#ended(worker, why));
  }

  #hear(message: FromThread): void {
    if (message.kind === "status") this.#owner.onStatus(message.status);
    else if (message.kind === "remember") this.#owner.onRemember(message.wanted);
    else if (message.kind === "lastCount") this.#owner.onLastCount(message.observation);
    else if (message.kind === "log") this.#options.log[message.level](message.fields, message.message);
    else if (message.kind === "pong") this.#unanswered = 0;
    else if (message.kind === "ready") {
      if (message.tid !== null) this.#options.onThread(message.tid);
    } else this.#settle(message);
  }

  #settle(message: Extract<FromThread, { id: number }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending?.resolve(message.result);
    else pending?.reject(new Error(message.message));
  }

  /** Counted in rounds of this loop and not in time: when the whole process stood still, the thread is not to blame. */
  #look(): void {
    if (this.#clockIsGood()) this.#problem = null;
    if (!this.#worker) return;
    if (this.#unanswered >= silenceMax) {
      this.#ended(this.#worker, `it did not answer for ${(silenceMax * askMs) / 1_000} s`);
      return;
    }
    this.#unanswered += 1;
    this.#worker.postMessage({ kind: "ping" } satisfies ToThread);
  }

  #clockIsGood(): boolean {
    return this.#worker !== null && this.#options.clock.monotonicMs() - this.#startedAt >= restartMs.good;
  }

  /** Also called by the exit of a worker that was given up before: then it is another one's and means nothing. */
  #ended(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    void worker.terminate();
    const text = `The thread of the heartbeats ended: ${why}.`;
    for (const { reject } of this.#pending.values()) reject(new Error(text));
    this.#pending.clear();
    if (this.#isClosed) return;
    const { clock, log } = this.#options;
    this.#waitMs =
      clock.monotonicMs() - this.#startedAt >= restartMs.good
        ? restartMs.min
        : Math.min(this.#waitMs * 2, restartMs.max);
    this.#problem = `${text} A new one takes its place; until it serves, the kernel lease keeps this host out.`;
    log.error({ why, waitMs: this.#waitMs }, "the thread of the heartbeats ended; a new one is started");
    clock.after(this.#waitMs, () => this.#replace());
  }

  #replace(): void {
    if (this.#isClosed) return;
    this.#start();
    if (this.#orders) void this.#applyAgain(this.#orders);
  }

  async #applyAgain(orders: Orders): Promise<void> {
    const worker = this.#worker;
    try {
      await this.#call("apply", { ...orders, resume: this.#options.wanted() });
      this.#options.onReplaced();
    } catch (error) {
      this.#options.log.error(
        { problem: errorText(error) },
        "the new thread cannot carry out the policy yet",
      );
      this.#options.clock.after(applyAgainMs, () => {
        if (worker !== null && worker === this.#worker) void this.#applyAgain(this.#orders ?? orders);
      });
    }
  }
}
