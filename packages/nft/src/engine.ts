/**
 * The data plane on nftables: carries a `DataPlane` out on this machine's kernel and tells how it is. The installs and the
 * lease share one running nft, readings have another: a long listing never delays a renewal.
 */
import type { Connection, DataPlane, DataPlaneEngine, LeaseLeft, Observation } from "@bulkhead/core/wlbs";
import { Asker } from "./asker.ts";
import { lookUpExisting } from "./existing.ts";
import { readInterface } from "./interface-reader.ts";
import { addItem, cutConnections, removeItem } from "./interface-tools.ts";
import { Lease } from "./lease.ts";
import { InteractiveNft, type NftShell } from "./nft-shell.ts";
import { Observer } from "./observer.ts";
import { type OpenLoopback, PacketRenewals } from "./packet-renewals.ts";
import { isThere, noteOf, type PresenceItem, sameItem, wantedItems } from "./presence.ts";
import { type HostFacts, isIpv6 } from "./ruleset/facts.ts";
import { announcing } from "./ruleset/neighbours.ts";
import { renderRuleset } from "./ruleset/render.ts";
import { type Ruleset, tableName } from "./ruleset/table.ts";
import { readConnections } from "./sockets.ts";
import { Tables } from "./tables.ts";
import { runTool } from "./tool.ts";

/** An announcement may be lost, and a new front host is without traffic until one has arrived. */
const announceAgainMs = [200, 1_000];

/** Installing everything anew takes tens of milliseconds on an idle machine. */
const installLimitMs = 5_000;

/** What a plane changes on interfaces. */
interface PresenceChange {
  /** What is ours afterwards. */
  noted: PresenceItem[];
  added: PresenceItem[];
  gone: PresenceItem[];
}

export interface EngineOptions {
  /** Carries installs, and renewals that no packet can do. */
  shell?: NftShell;
  /** For renewals by packets; null = all through nft. */
  openLoopback?: OpenLoopback | null;
}

export class NftEngine implements DataPlaneEngine {
  readonly #shell: NftShell;
  readonly #tables: Tables;
  readonly #packets: PacketRenewals;
  readonly #lease: Lease;
  readonly #observer: Observer;
  readonly #asker = new Asker();
  #applied: DataPlane | null = null;
  /** What this host has added to interfaces; undefined = not looked yet what an earlier process has left. */
  #presence: PresenceItem[] | undefined;
  #facts: HostFacts | null = null;
  #hasEgress: boolean | null = null;
  #timers: NodeJS.Timeout[] = [];
  /** Installs and removals go one after the other; lease renewals overtake them. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ shell = new InteractiveNft(installLimitMs), openLoopback = null }: EngineOptions = {}) {
    this.#shell = shell;
    this.#tables = new Tables(this.#shell);
    this.#packets = new PacketRenewals(openLoopback);
    this.#lease = new Lease(this.#shell, this.#packets);
    this.#observer = new Observer(new InteractiveNft(installLimitMs), this.#asker);
  }

  set(plane: DataPlane | null, leaseLeft: LeaseLeft): Promise<boolean> {
    return this.#inTurn(async () => (plane ? this.#put(plane, leaseLeft) : this.#remove()));
  }

  async renew(leaseLeft: LeaseLeft): Promise<boolean> {
    const plane = this.#applied;
    if (!plane) return false;
    const isAlive = await this.#lease.renew(plane, leaseLeft);
    if (isAlive) this.#observer.countRenewal();
    return isAlive;
  }

  counters(): Promise<Observation> {
    const plane = this.#applied;
    return this.#observer.observe(plane && this.#facts ? { plane, facts: this.#facts } : null);
  }

  async connections(): Promise<Connection[]> {
    const plane = this.#applied;
    if (!plane) return [];
    return readConnections(plane.vips.map(({ address }) => address));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#shell.close();
    this.#packets.close();
    this.#observer.close();
    this.#asker.close();
  }

  async #put(plane: DataPlane, leaseLeft: LeaseLeft): Promise<boolean> {
    const before = this.#applied;
    if (before && plane.generation < before.generation) {
      throw new Error(
        `Data plane ${plane.generation} is older than ${before.generation}, which is installed.`,
      );
    }
    const isRepair = before?.generation === plane.generation;
    if (isRepair && (await this.#isIntact(plane))) {
      await this.renew(leaseLeft);
      return false;
    }
    return this.#install(plane, { leaseLeft, isRepair });
  }

  async #install(plane: DataPlane, how: { leaseLeft: LeaseLeft; isRepair: boolean }): Promise<boolean> {
    const before = this.#applied;
    const change = await this.#presenceChange(plane, how.isRepair);
    const old = this.#tables.current;
    if (how.isRepair) this.#tables.adopt((await lookUpExisting()).ruleset);
    // A base chain keeps its device: tables for another interface begin anew.
    if (before && before.interface !== plane.interface) this.#tables.adopt(null);
    const isChanged = await this.#carryOut(plane, change).catch(async (error: unknown) => {
      await this.#rollBack(change, old).catch(() => undefined);
      await this.renew(how.leaseLeft);
      throw error;
    });
    this.#presence = change.noted;
    this.#applied = plane;
    await this.renew(how.leaseLeft);
    if (change.added.some(({ kind }) => kind === "address") || isAnsweredAnew(plane, before)) {
      this.#announce(plane);
    }
    return isChanged || change.added.length > 0 || change.gone.length > 0;
  }

  async #presenceChange(plane: DataPlane, isRepair: boolean): Promise<PresenceChange> {
    const recorded = await this.#recorded();
    const wanted = wantedItems(plane);
    const isRecorded = (item: PresenceItem): boolean => recorded.some((other) => sameItem(item, other));
    const kept = recorded.filter((item) => wanted.some((other) => sameItem(item, other)));
    const isKnown = this.#applied?.interface === plane.interface && wanted.every(isRecorded);
    const added = isKnown && !isRepair ? [] : await this.#lookAt(plane, wanted);
    return {
      noted: [...kept, ...added.filter((item) => !isRecorded(item))],
      added,
      gone: recorded.filter((item) => !kept.includes(item)),
    };
  }

  /** First what must go: without our rules the kernel would answer for an old VIP with the card's own MAC. */
  async #carryOut(plane: DataPlane, change: PresenceChange): Promise<boolean> {
    for (const item of change.gone) await removeItem(item);
    const notes = change.noted.map(noteOf);
    const isChanged = await this.#tables.change(renderRuleset(plane, this.#factsOf(plane), notes));
    for (const item of change.added) await addItem(item);
    return isChanged;
  }

  /** The last good state goes on; without one nothing of ours stays. */
  async #rollBack(change: PresenceChange, old: Ruleset | null): Promise<void> {
    for (const item of change.added) await removeItem(item);
    this.#tables.adopt(null);
    if (this.#applied && old) await this.#tables.change(old);
    else await this.#tables.remove();
    for (const item of change.gone) await (this.#applied ? addItem(item) : removeItem(item));
    if (!this.#applied) this.#presence = [];
  }

  /** Reads the interface; what of the wanted is not there. */
  async #lookAt(plane: DataPlane, wanted: readonly PresenceItem[]): Promise<PresenceItem[]> {
    const state = await readInterface(
      plane.interface,
      wanted.some(({ kind }) => kind === "unicast"),
    );
    const vips = plane.vips.map(({ address }) => address);
    const own = state.addresses.find(
      ({ address }) => !isIpv6(address) && !vips.includes(address) && !isMulticast(address),
    );
    this.#hasEgress ??= await hasEgress(plane.interface);
    this.#facts = {
      mac: state.mac,
      linkLocal: state.linkLocal,
      ipv4: own?.address ?? null,
      hasEgress: this.#hasEgress,
      renewal: await this.#packets.gate(),
    };
    return wanted.filter((item) => !isThere(item, state));
  }

  #factsOf({ dedicatedIp }: DataPlane): HostFacts {
    if (!this.#facts) throw new Error("The interface has not been read.");
    return isIpv6(dedicatedIp) ? this.#facts : { ...this.#facts, ipv4: dedicatedIp };
  }

  /** Whether the plane in place is as it was left: rules, addresses, and the card's own MAC. */
  async #isIntact(plane: DataPlane): Promise<boolean> {
    const facts = this.#facts;
    const missing = await this.#lookAt(plane, wantedItems(plane));
    const isSameMachine = JSON.stringify(facts) === JSON.stringify(this.#facts);
    return missing.length === 0 && isSameMachine && (await this.#tables.isIntact());
  }

  async #recorded(): Promise<PresenceItem[]> {
    if (this.#presence) return this.#presence;
    const { ruleset, presence } = await lookUpExisting();
    this.#tables.adopt(ruleset);
    this.#presence = presence;
    return presence;
  }

  async #remove(): Promise<boolean> {
    const recorded = await this.#recorded();
    const wasThere = this.#tables.current !== null || recorded.length > 0;
    const vips = this.#applied?.vips.map(({ address }) => address) ?? addressesOf(recorded);
    this.#applied = null;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#asker.close();
    await cutConnections(vips);
    // First the addresses: without our rules the kernel would answer for the VIP with the card's own MAC.
    for (const item of recorded) await removeItem(item);
    await this.#tables.remove();
    this.#presence = [];
    return wasThere;
  }

  #announce(plane: DataPlane): void {
    const vips = plane.vips.map(({ address }) => address);
    const families = this.#facts?.hasEgress && vips.some(isIpv6) ? ["arp", "netdev"] : ["arp"];
    const open = families.map(
      (family) => `add element ${family} ${tableName} ${announcing} { "${plane.interface}" timeout 2s }`,
    );
    const once = async (): Promise<void> => {
      const now = this.#applied;
      if (now?.interface !== plane.interface || answerOf(now) !== answerOf(plane)) return;
      await this.#shell.request(open);
      this.#asker.ask(plane.interface, vips);
    };
    // What is lost here is said again, and a failure shows in the next install.
    const quietly = (): void => void once().catch(() => undefined);
    quietly();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = announceAgainMs.map((delayMs) => setTimeout(quietly, delayMs).unref());
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function addressesOf(items: readonly PresenceItem[]): string[] {
  return items.filter(({ kind }) => kind === "address").map(({ value }) => value);
}

/** The group of IGMP mode stands among the addresses. */
const isMulticast = (ipv4: string): boolean => Number(ipv4.split(".")[0]) >= 224;

/** Kernels before 5.16 have no hook for frames on their way out. */
async function hasEgress(interfaceName: string): Promise<boolean> {
  const script = `table netdev ${tableName}_probe { chain out { type filter hook egress device "${interfaceName}" priority 0; }; }`;
  return (await runTool("nft", ["-c", script])).status === 0;
}

/** By which MAC this host answers for the VIPs; in direct mode only the front does, by its own. */
function answerOf({ clusterMac, isFront }: DataPlane): string {
  return clusterMac ?? (isFront ? "own" : "none");
}

/** Clients whose entries are confirmed all the time by those who still answer would keep the former MAC for minutes. */
function isAnsweredAnew(plane: DataPlane, before: DataPlane | null): boolean {
  const answer = answerOf(plane);
  return answer !== "none" && (before === null || answer !== answerOf(before));
}
