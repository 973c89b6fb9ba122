/** Renews the lease by packets (see `ruleset/renewals.ts`): a system call each, where nft needs a millisecond of a processor. */
import { randomBytes } from "node:crypto";
import type { DataPlane } from "@bulkhead/core/wlbs";
import { type RenewalGate, readRenewal, renewalPacket, renewalRungs } from "./ruleset/renewals.ts";

/** A datagram socket that hears what it says itself. */
export interface Loopback {
  readonly port: number;
  send(bytes: Uint8Array): void;
  close(): void;
}

export type OpenLoopback = (hear: (bytes: Uint8Array) => void) => Promise<Loopback>;

/** Loopback takes microseconds. What is not back by then, on a thread that has read all there was, is lost. */
const limitMs = 40;

/** After a loss so many renewals go another way: where loopback is broken, a try each time would cost the lease. */
const timesAfterLoss = 100;

interface Waiting {
  number: number;
  resolve(isRenewed: boolean | null): void;
}

export class PacketRenewals {
  readonly #open: OpenLoopback | null;
  #loopback: Loopback | null = null;
  #gate: RenewalGate | null = null;
  #waiting: Waiting[] = [];
  #count = 0;
  #pause = 0;

  /** Null: this way is never taken. */
  constructor(open: OpenLoopback | null) {
    this.#open = open;
  }

  /** What the rules have to know; null = no packets come. Opens the socket at the first call. */
  async gate(): Promise<RenewalGate | null> {
    if (this.#gate || !this.#open) return this.#gate;
    this.#loopback = await this.#open((bytes) => this.#hear(bytes)).catch(() => null);
    if (this.#loopback) this.#gate = { port: this.#loopback.port, secret: randomBytes(8).toString("hex") };
    return this.#gate;
  }

  /**
   * The lease lasts `leaseMs` from when the kernel gets the packet, or a little less. False: the rules are gone. Null: it cannot be
   * told, or not be done by a packet.
   */
  renew(plane: DataPlane, leaseMs: number): Promise<boolean | null> | null {
    const gate = this.#gate;
    const ms = renewalRungs(plane).findLast((each) => each <= leaseMs);
    if (!gate || ms === undefined) return null;
    if (this.#pause > 0) {
      this.#pause -= 1;
      return null;
    }
    this.#count = (this.#count + 1) >>> 0;
    const number = this.#count;
    return new Promise((resolve) => {
      // Behind the reading of what has arrived: a thread that was busy for so long has not looked yet.
      const limit = setTimeout(() => setImmediate(() => this.#end(number, null)), limitMs);
      const done = (isRenewed: boolean | null): void => {
        clearTimeout(limit);
        resolve(isRenewed);
      };
      this.#waiting.push({ number, resolve: done });
      this.#loopback?.send(renewalPacket(gate, ms, number));
    });
  }

  /** What has been asked is answered with null. A later plane opens another socket. */
  close(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve(null);
    this.#loopback?.close();
    this.#loopback = null;
    this.#gate = null;
  }

  #hear(bytes: Uint8Array): void {
    const answer = readRenewal(bytes);
    if (answer) this.#end(answer.number, answer.isRenewed);
  }

  #end(number: number, isRenewed: boolean | null): void {
    const waiting = this.#waiting.find((each) => each.number === number);
    if (!waiting) return;
    if (isRenewed === null) this.#pause = timesAfterLoss;
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    waiting.resolve(isRenewed);
  }
}
