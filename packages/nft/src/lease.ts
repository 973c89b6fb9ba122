/** The kernel lease: renewed through the running nft, and never longer than it may last. */
import type { LeaseLeft } from "@bulkhead/core/wlbs";
import type { NftShell } from "./nft-shell.ts";
import { renderLease } from "./ruleset/render.ts";
import { tableName } from "./ruleset/table.ts";
import { runTool } from "./tool.ts";

/** A renewal through the running nft takes half a millisecond on an idle machine. */
const wayMs = { min: 4, max: 40 } as const;

export const listLease = `list set netdev ${tableName} lease`;

export class Lease {
  readonly #shell: NftShell;
  /** What is taken off a lease for its way to the kernel: twice what the last one took, falling slowly. */
  #wayMs: number = wayMs.min;
  /** The last renewal was taken: mostly it still lasts. nft reads each character with a call of its own, so lines are short. */
  #isLiving = false;

  constructor(shell: NftShell) {
    this.#shell = shell;
  }

  /** False: the plane takes nothing new. */
  async renew(interfaceName: string, leaseLeft: LeaseLeft): Promise<boolean> {
    // The kernel counts from when it gets the command, so the time on the way is taken off beforehand. When that was
    // too little, the lease may end too late: it is set anew with more taken off.
    for (let allowedMs = this.#wayMs; ; allowedMs *= 2) {
      const beforeMs = leaseLeft();
      const isAlive = await this.#put(interfaceName, beforeMs - allowedMs);
      const tookMs = beforeMs - leaseLeft();
      // A process that was stopped meanwhile has seen no slow kernel: hence the upper bound.
      this.#wayMs = Math.min(Math.max(wayMs.min, 2 * tookMs, 0.9 * this.#wayMs), wayMs.max);
      if (tookMs <= allowedMs || beforeMs <= allowedMs) return isAlive;
    }
  }

  async #put(interfaceName: string, leaseMs: number): Promise<boolean> {
    const wasLiving = this.#isLiving;
    this.#isLiving = false;
    try {
      let isDone = await this.#isDone(renderLease(interfaceName, leaseMs, wasLiving));
      // It may have run out just before.
      if (!isDone && wasLiving) isDone = await this.#isDone(renderLease(interfaceName, leaseMs));
      this.#isLiving = isDone && leaseMs >= 1;
      return this.#isLiving;
    } catch {
      // The shell has died or hangs: this once a process of its own, the next renewal finds a new shell.
      const input = `${renderLease(interfaceName, leaseMs)}\n`;
      const result = await runTool("nft", ["-f", "-"], { input, limitMs: 1_000 });
      return result.status === 0 && leaseMs >= 1;
    }
  }

  /** Silence is consent: to have it read back would cost half as much again, ten times a second. */
  async #isDone(line: string): Promise<boolean> {
    return (await this.#shell.request([line])).trim() === "";
  }
}
