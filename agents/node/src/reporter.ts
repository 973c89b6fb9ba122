/**
 * What the controller hears without asking: inventory when it changes, status when it changes and once a
 * second, and events, of which the latest are kept while there is no link.
 */
import type { ObjectRef } from "@bulkhead/core/fleet";
import type { InventoryReport, StatusReport, ToController } from "@bulkhead/protocol";
import { type Clock, type Logger, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";

const statusPeriodMs = 1_000;
/** Spawns three small programs each time; drift is to be seen "within seconds". */
const inventoryPeriodMs = 5_000;
const eventsMax = 100;

export interface ReporterOptions {
  clock: Clock;
  log: Logger;
  /** False when there is no link. */
  send(frame: ToController): boolean;
  readInventory(): Promise<InventoryReport>;
  status(): StatusReport;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #statusLoop: TaskLoop;
  readonly #inventoryLoop: TaskLoop;
  #events: ToController[] = [];
  #sentInventory = "";

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
      periodMs: inventoryPeriodMs,
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
    this.#statusLoop.nudge();
  }

  event(kind: string, message: string, objects: ObjectRef[]): void {
    this.#sendOrKeep({ type: "event", at: this.#options.clock.nowMs(), kind, message, objects });
  }

  async stop(): Promise<void> {
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
