/** What the kernel has counted and seen, read through a running nft of its own. */

import { canonicalAddress } from "@bulkhead/core/fleet";
import { type DataPlane, noTraffic, type Observation, type PlaneRule } from "@bulkhead/core/wlbs";
import type { Asker } from "./asker.ts";
import { listLease } from "./lease.ts";
import type { NftShell } from "./nft-shell.ts";
import { readCounters, readKeys, readLeaseLeftMs, trafficOf } from "./readings.ts";
import type { HostFacts } from "./ruleset/facts.ts";
import { addressesOf, stickyName, targetsOf } from "./ruleset/ground.ts";
import { canProbe } from "./ruleset/probes.ts";
import { tableName } from "./ruleset/table.ts";

/** How often the default host asks the segment who else has its VIPs: for each four of them, as every question is a broadcast. */
const askEveryMs = 1_500;
const vipsAtOnce = 4;

export interface Place {
  plane: DataPlane;
  facts: HostFacts;
}

export class Observer {
  readonly #shell: NftShell;
  readonly #asker: Asker;
  #renewals = 0;
  #askedAt = -Infinity;

  constructor(shell: NftShell, asker: Asker) {
    this.#shell = shell;
    this.#asker = asker;
  }

  countRenewal(): void {
    this.#renewals += 1;
  }

  /** Null: nothing is installed. */
  async observe(place: Place | null): Promise<Observation> {
    const leaseRenewals = this.#renewals;
    if (!place) return { traffic: { ...noTraffic, leaseRenewals }, ...nothingSeen };
    this.#ask(place.plane);
    const text = await this.#shell.request(listingOf(place));
    const keys: ReadKeys = (set) => readKeys(text, set);
    return {
      traffic: { ...trafficOf(place.plane, readCounters(text)), leaseRenewals },
      leaseAlive: readLeaseLeftMs(text) > 0,
      probesHeardFrom: canProbe(place) ? keys("reached").map(([address = ""]) => address) : null,
      claims: [...keys("claims4"), ...keys("claims6")].map(([vip = "", mac = ""]) => ({
        vip: addressText(vip),
        mac: macText(mac),
      })),
      sticky: stickyIn(place.plane, keys),
    };
  }

  close(): void {
    this.#shell.close();
  }

  #ask({ unruled, interface: name, vips }: DataPlane): void {
    const waitMs = askEveryMs * Math.ceil(vips.length / vipsAtOnce);
    if (unruled !== "owned" || performance.now() - this.#askedAt < waitMs) return;
    this.#askedAt = performance.now();
    this.#asker.ask(
      name,
      vips.map(({ address }) => address),
    );
  }
}

type ReadKeys = (set: string) => string[][];

/** A command each: nft 1.0.6 does not find what a line has listed before. */
function listingOf(place: Place): string[] {
  const { plane } = place;
  const sets = [
    ...(canProbe(place) ? ["reached"] : []),
    ...(addressesOf(plane, false).length > 0 ? ["claims4"] : []),
    ...(addressesOf(plane, true).length > 0 ? ["claims6"] : []),
    ...new Set(plane.rules.flatMap((rule) => stickySets(plane, rule))),
  ];
  return [
    // For each such listing nft fetches every rule of the machine, so there is one for both of our tables.
    "list counters",
    listLease,
    ...sets.map((set) => `list set netdev ${tableName} ${set}`),
  ];
}

const nothingSeen = { leaseAlive: false, probesHeardFrom: null, claims: [], sticky: [] };

/** Raw fields are printed as numbers, without leading zeros. */
function addressText(key: string): string {
  if (!key.startsWith("0x")) return key;
  const groups = key.slice(2).padStart(32, "0").match(/.{4}/g) ?? [];
  return canonicalAddress(groups.join(":")) ?? key;
}

function macText(key: string): string {
  if (!key.startsWith("0x")) return key;
  return (key.slice(2).padStart(12, "0").match(/../g) ?? []).join(":");
}

function stickyIn(plane: DataPlane, keys: ReadKeys): Observation["sticky"] {
  return plane.rules
    .filter((rule) => rule.sticky !== null && rule.table !== null)
    .map((rule) => ({
      rule: rule.name,
      clients: stickySets(plane, rule).flatMap((set) => keys(set).map(([client = ""]) => client)),
    }));
}

/** The rule's sets of the families that it covers; none without extended affinity. */
function stickySets(plane: DataPlane, rule: PlaneRule): string[] {
  if (!rule.sticky || rule.table === null) return [];
  const covered = targetsOf(plane).filter(({ rules }) => rules.includes(rule));
  return [...new Set(covered.map(({ isIpv6 }) => stickyName(rule, isIpv6)))];
}
