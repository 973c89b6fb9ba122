/**
 * Carries a data plane out on this machine's kernel and tells how it is. `NftRunner` is the real one,
 * `FakeNft` (fake.ts) stands in for it in unit tests.
 */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { addPresence, isPresent, type Presence, removePresence } from "./addresses.ts";
import { InteractiveNft, type NftShell } from "./nft-shell.ts";
import {
  type Installed,
  readCounters,
  readInstalled,
  readLeaseLeftMs,
  type TrafficCounters,
} from "./readings.ts";
import { renderDataPlane, renderLease, renderRemoval, tableName } from "./ruleset.ts";
import { complaint, runTool } from "./tool.ts";

/**
 * Milliseconds until the lease must have run out; zero or less = no lease. A function, because it is asked at the
 * moment the command goes to the kernel, which may be later than the decision.
 */
export type LeaseLeft = () => number;

export interface DataPlaneDriver {
  /** Rejects, saying what is missing, when this machine cannot carry a plane on that interface. Changes nothing. */
  probe(interfaceName: string): Promise<void>;
  /**
   * The complete desired state; `plane.leaseMs` is replaced by `leaseLeft`. Rejects an older generation than the
   * last one, and what the kernel rejects.
   */
  apply(plane: DataPlane, leaseLeft: LeaseLeft): Promise<void>;
  /** The applied plane takes new flows that long and no longer. False: it does not take any. */
  renewLease(leaseLeft: LeaseLeft): Promise<boolean>;
  /** What the kernel says, not what we believe. */
  leaseAlive(): Promise<boolean>;
  readCounters(): Promise<TrafficCounters>;
  /** Puts back what somebody else has removed (tables, VIP, cluster MAC); true when something was missing. */
  repair(leaseLeft: LeaseLeft): Promise<boolean>;
  /** Removes tables, VIP and cluster MAC, also those of an earlier process. Idempotent. */
  remove(): Promise<void>;
  /** Ends our helper process; the kernel keeps serving until the lease runs out. */
  close(): void;
}

/** A renewal through the running nft takes half a millisecond on an idle machine. */
const wayMs = { min: 4, max: 40 } as const;
const leaseSet = `netdev ${tableName} lease`;

export class NftRunner implements DataPlaneDriver {
  readonly #shell: NftShell;
  /** What is taken off a lease for its way to the kernel: twice what the last one took, falling slowly. */
  #wayMs: number = wayMs.min;
  #applied: DataPlane | null = null;
  /** What the kernel holds; undefined = not looked yet. */
  #installed: Installed | null | undefined;
  /** Installs and removals go one after the other; lease renewals overtake them. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(shell: NftShell = new InteractiveNft()) {
    this.#shell = shell;
  }

  async probe(interfaceName: string): Promise<void> {
    const link = await runTool("ip", ["link", "show", "dev", interfaceName]);
    if (link.status !== 0) {
      throw new Error(`There is no interface ${interfaceName} on this host. Correct it in the fleet file.`);
    }
    const listed = await runTool("nft", ["list", "tables"]);
    if (listed.status !== 0) throw new Error(`nftables cannot be used here: ${complaint(listed)}.`);
  }

  apply(plane: DataPlane, leaseLeft: LeaseLeft): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#applied && plane.generation < this.#applied.generation) {
        throw new Error(
          `Data plane ${plane.generation} is older than ${this.#applied.generation}, which is installed.`,
        );
      }
      await this.#install(plane, leaseLeft);
    });
  }

  async renewLease(leaseLeft: LeaseLeft): Promise<boolean> {
    const plane = this.#applied;
    if (!plane) return false;
    // The kernel counts from when it gets the command, so the time on the way is taken off beforehand. When that was
    // too little, the lease may end too late: it is set anew with more taken off.
    for (let allowedMs = this.#wayMs; ; allowedMs *= 2) {
      const beforeMs = leaseLeft();
      const isAlive = await this.#setLease(plane.vip, beforeMs - allowedMs);
      const tookMs = beforeMs - leaseLeft();
      // A process that was stopped meanwhile has seen no slow kernel: hence the upper bound.
      this.#wayMs = Math.min(Math.max(wayMs.min, 2 * tookMs, 0.9 * this.#wayMs), wayMs.max);
      if (tookMs <= allowedMs || beforeMs <= allowedMs) return isAlive;
    }
  }

  async leaseAlive(): Promise<boolean> {
    const listed = await runTool("nft", ["list", "set", ...leaseSet.split(" ")]);
    return readLeaseLeftMs(listed.stdout) > 0;
  }

  async readCounters(): Promise<TrafficCounters> {
    const listing = ["netdev", "inet"]
      .map((family) => `list counters table ${family} ${tableName}`)
      .join("; ");
    return readCounters((await runTool("nft", ["-j", listing])).stdout);
  }

  repair(leaseLeft: LeaseLeft): Promise<boolean> {
    return this.#inTurn(async () => {
      const plane = this.#applied;
      if (!plane) return false;
      const kernel = await this.#lookUp();
      if (kernel?.generation === plane.generation && (await isPresent(plane))) return false;
      this.#installed = kernel;
      await this.#install(plane, leaseLeft);
      return true;
    });
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      const installed = this.#applied ?? (await this.#lookUp());
      this.#applied = null;
      // First the address: without our ARP rule the kernel would answer for the VIP with the card's own MAC.
      if (installed) await removePresence(installed);
      await mustRun(renderRemoval());
      this.#installed = null;
    });
  }

  close(): void {
    this.#shell.close();
  }

  async #setLease(vip: string, leaseMs: number): Promise<boolean> {
    const line = renderLease(vip, leaseMs);
    try {
      return readLeaseLeftMs(await this.#shell.request([line, `list set ${leaseSet}`])) > 0;
    } catch {
      // The shell has died or hangs: this once a process of its own, the next renewal finds a new shell.
      const result = await runTool("nft", ["-f", "-"], { input: `${line}\n`, limitMs: 1_000 });
      return result.status === 0 && leaseMs >= 1;
    }
  }

  async #install(plane: DataPlane, leaseLeft: LeaseLeft): Promise<void> {
    if (this.#installed === undefined) this.#installed = await this.#lookUp();
    const before = this.#installed;
    if (before && !samePresence(before, plane)) await removePresence(before);
    const keepLease = this.#applied !== null && leaseLeft() >= 1;
    const scriptFor = (fresh: boolean): string =>
      renderDataPlane({ ...plane, leaseMs: 0 }, { fresh, keepLease });
    if (!(await runScript(scriptFor(false)))) await mustRun(scriptFor(true));
    if (!before || !samePresence(before, plane) || !(await isPresent(plane))) await addPresence(plane);
    this.#installed = { ...presenceOf(plane), generation: plane.generation };
    this.#applied = plane;
    await this.renewLease(leaseLeft);
  }

  async #lookUp(): Promise<Installed | null> {
    const listed = await runTool("nft", ["-j", "list", "chain", "netdev", tableName, "in"]);
    return listed.status === 0 ? readInstalled(listed.stdout) : null;
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** False when the kernel rejects it, for example because it met tables of another layout. */
async function runScript(script: string): Promise<boolean> {
  return (await runTool("nft", ["-f", "-"], { input: script })).status === 0;
}

async function mustRun(script: string): Promise<void> {
  const result = await runTool("nft", ["-f", "-"], { input: script });
  if (result.status !== 0) throw new Error(`nft rejects the ruleset: ${complaint(result)}`);
}

function presenceOf(plane: Presence): Presence {
  return { interface: plane.interface, vip: plane.vip, clusterMac: plane.clusterMac };
}

function samePresence(a: Presence, b: Presence): boolean {
  return a.interface === b.interface && a.vip === b.vip && a.clusterMac === b.clusterMac;
}
