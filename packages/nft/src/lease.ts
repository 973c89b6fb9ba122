/** The kernel lease: renewed by a packet or else through the running nft, and never longer than it may last. */
import type { DataPlane, LeaseLeft } from "@bulkhead/core/wlbs";
import type { NftShell } from "./nft-shell.ts";
import type { PacketRenewals } from "./packet-renewals.ts";
import { leaseSet, renderLease } from "./ruleset/renewals.ts";
import { tableName } from "./ruleset/table.ts";
import { runTool } from "./tool.ts";

/** A renewal takes some tenths of a millisecond on an idle machine; the kernel's clock goes in steps of up to 4 ms. */
const wayMs = { min: 4, max: 40 } as const;

/**
 * So often a renewal goes through nft all the same, ms: a host that cannot change its packet filter any more has to give its buckets
 * up in time, and not when it is asked to hand some over.
 */
const byNftEveryMs = 2_000;

export const listLease = `list set netdev ${tableName} ${leaseSet}`;

export class Lease {
  readonly #shell: NftShell;
  readonly #packets: PacketRenewals;
  /** What is taken off a lease for its way to the kernel: twice what the last one took, falling slowly. */
  #wayMs: number = wayMs.min;
  #byNftAt = Number.NEGATIVE_INFINITY;

  constructor(shell: NftShell, packets: PacketRenewals) {
    this.#shell = shell;
    this.#packets = packets;
  }

  /** False: the plane takes nothing new. */
  async renew(plane: DataPlane, leaseLeft: LeaseLeft): Promise<boolean> {
    // The kernel counts from when it gets the command, so the time on the way is taken off beforehand. When that was
    // too little, the lease may end too late: it is set anew with more taken off.
    for (let allowedMs = this.#wayMs; ; allowedMs *= 2) {
      const beforeMs = leaseLeft();
      const leaseMs = Math.min(beforeMs - allowedMs, plane.longestLeaseMs);
      const isAlive = (await this.#byPacket(plane, leaseMs)) ?? (await this.#byNft(leaseMs));
      const tookMs = beforeMs - leaseLeft();
      // A process that was stopped meanwhile has seen no slow kernel: hence the upper bound.
      this.#wayMs = Math.min(Math.max(wayMs.min, 2 * tookMs, 0.9 * this.#wayMs), wayMs.max);
      // What failed has given no time, and has to be told.
      if (!isAlive || tookMs <= allowedMs || beforeMs <= allowedMs) return isAlive;
    }
  }

  /** Null: nft has to do it. */
  async #byPacket(plane: DataPlane, leaseMs: number): Promise<boolean | null> {
    if (performance.now() - this.#byNftAt >= byNftEveryMs) return null;
    return this.#packets.renew(plane, leaseMs);
  }

  /** Silence is consent: to have it read back would cost half as much again. */
  async #byNft(leaseMs: number): Promise<boolean> {
    this.#byNftAt = performance.now();
    const line = renderLease(leaseMs);
    try {
      return (await this.#shell.request([line])).trim() === "" && leaseMs >= 1;
    } catch {
      // The shell has died or hangs: this once a process of its own, the next renewal finds a new shell.
      const result = await runTool("nft", ["-f", "-"], { input: `${line}\n`, limitMs: 1_000 });
      return result.status === 0 && leaseMs >= 1;
    }
  }
}
