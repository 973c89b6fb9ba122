/**
 * What the controller hears without asking: inventory when it changes, status when it changes and once a
 * second, and events, of which the latest are kept while there is no link.
 */
import type { ObjectRef } from "@bulkhead/core/fleet";
import type { InventoryReport, StatusReport, ToController } from "@bulkhead/protocol";
import { type Clock, type Logger, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";

const statusPeriodMs = 1_000;
const eventsMax = 100;
/** Halves may tell of many changes at once; the controller gets the last of them, at most ten times a second. */
const statusGapMs = 100;

export interface ReporterOptions {
  clock: Clock;
  log: Logger;
  /** False when there is no link. */
  send(frame: ToController): boolean;
  inventoryPeriodMs: number;
  readInventory(): Promise<InventoryReport>;
  status(): StatusReport;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #statusLoop: TaskLoop;
  readonly #inventoryLoop: TaskLoop;
  #events: ToController[] = [];
  #sentInventory = "";
  #cancelNudge: (() => void) | null = null;

  constructor(options: ReporterOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#statusLoop = startTaskLoop({
      name: "status",
      clock,
      log,
      periodMs: statusPeriodMs,
      run: async () => this.#sendStatus(),
    });
    this.#inventoryLoop = startTaskLoop({
      name: "inventory",
      clock,
      log,
      periodMs: options.inventoryPeriodMs,
      run: () => this.#sendInventory(),
    });
  }

  /** A new link knows nothing yet. */
  linkReady(): void {
    this.#sentInventory = "";
    this.#inventoryLoop.nudge();
    this.#statusLoop.nudge();
    const events = this.#events;
    this.#events = [];
    for (const event of events) this.#sendOrKeep(event);
  }

  statusChanged(): void {
    this.#cancelNudge ??= this.#options.clock.after(statusGapMs, () => {
      this.#cancelNudge = null;
      this.#statusLoop.nudge();
    });
  }

  event(kind: string, message: string, objects: ObjectRef[]): void {
    this.#sendOrKeep({ type: "event", at: this.#options.clock.nowMs(), kind, message, objects });
  }

  async stop(): Promise<void> {
    this.#cancelNudge?.();
    await Promise.all([this.#statusLoop.stop(), this.#inventoryLoop.stop()]);
  }

  #sendStatus(): void {
    const { clock, send, status } = this.#options;
    send({ type: "status", at: clock.nowMs(), status: status() });
  }

  async #sendInventory(): Promise<void> {
    const inventory = await this.#options.readInventory();
    const text = JSON.stringify(inventory);
    if (text === this.#sentInventory) return;
    if (this.#options.send({ type: "inventory", inventory })) this.#sentInventory = text;
  }

  #sendOrKeep(event: ToController): void {
    if (this.#options.send(event)) return;
    this.#events.push(event);
    if (this.#events.length > eventsMax) this.#events.shift();
  }
}
