/** What the kernel has counted and seen, read through a running nft of its own. */
import type { DataPlane, Observation, PlaneRule } from "@bulkhead/core/wlbs";
import { askFor } from "./interface-tools.ts";
import { listLease } from "./lease.ts";
import type { NftShell } from "./nft-shell.ts";
import { readCounters, readKeys, readLeaseLeftMs, trafficOf } from "./readings.ts";
import type { HostFacts } from "./ruleset/facts.ts";
import { stickyName, targetsOf } from "./ruleset/ground.ts";
import { canProbe } from "./ruleset/probes.ts";
import { tableName } from "./ruleset/table.ts";
import { canonicalAddress } from "@bulkhead/core/fleet";

/** How often the default host asks the segment who has its VIPs. The kernel remembers an answer for 10 s. */
const askEveryMs = 8_000;

export interface Place {
  plane: DataPlane;
  facts: HostFacts;
}

export class Observer {
  readonly #shell: NftShell;
  #renewals = 0;
  #askedAt = -Infinity;

  constructor(shell: NftShell) {
    this.#shell = shell;
  }

  countRenewal(): void {
    this.#renewals += 1;
  }

  /** Null: nothing is installed. */
  async observe(place: Place | null): Promise<Observation> {
    const leaseRenewals = this.#renewals;
    if (!place) return { traffic: { ...noTraffic, leaseRenewals }, ...nothingSeen };
    this.#ask(place.plane);
    const list = async (what: string): Promise<string> => this.#shell.request([`list ${what}`]);
    const counts = readCounters(`${await list(tablesCounters("inet"))}\n${await list(tablesCounters("netdev"))}`);
    const keys = async (set: string): Promise<string[][]> => readKeys(await list(`set netdev ${tableName} ${set}`));
    return {
      traffic: { ...trafficOf(place.plane, counts), leaseRenewals },
      leaseAlive: readLeaseLeftMs(await this.#shell.request([listLease])) > 0,
      probesHeardFrom: canProbe(place) ? (await keys("reached")).map(([address = ""]) => address) : null,
      claims: await claimsIn(place.plane, keys),
      sticky: await stickyIn(place.plane, keys),
    };
  }

  close(): void {
    this.#shell.close();
  }

  #ask({ unruled, interface: name, vips }: DataPlane): void {
    if (unruled !== "owned" || performance.now() - this.#askedAt < askEveryMs) return;
    this.#askedAt = performance.now();
    void askFor(
      name,
      vips.map(({ address }) => address),
    ).catch(() => undefined);
  }
}

type ReadKeys = (set: string) => Promise<string[][]>;

const tablesCounters = (family: string): string => `counters table ${family} ${tableName}`;

const noTraffic: Observation["traffic"] = {
  acceptedPackets: 0,
  acceptedBytes: 0,
  drainedPackets: 0,
  drainedBytes: 0,
  foreignPackets: 0,
  foreignBytes: 0,
  unleasedPackets: 0,
  strayPackets: 0,
  blockedPackets: 0,
  fragmentPackets: 0,
  forwardedPackets: 0,
  leaseRenewals: 0,
  rules: [],
  vips: [],
  bucketGroups: null,
};

const nothingSeen = { leaseAlive: false, probesHeardFrom: null, claims: [], sticky: [] };

async function claimsIn(plane: DataPlane, keys: ReadKeys): Promise<Observation["claims"]> {
  const targets = targetsOf(plane);
  const families = [
    { set: "claims4", isWanted: targets.some((vip) => !vip.isIpv6) },
    { set: "claims6", isWanted: targets.some((vip) => vip.isIpv6) },
  ];
  const found: Observation["claims"] = [];
  for (const { set, isWanted } of families) {
    if (!isWanted) continue;
    for (const [vip = "", mac = ""] of await keys(set)) found.push({ vip: addressText(vip), mac: macText(mac) });
  }
  return found;
}

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

async function stickyIn(plane: DataPlane, keys: ReadKeys): Promise<Observation["sticky"]> {
  const found: Observation["sticky"] = [];
  for (const rule of plane.rules) {
    if (!rule.sticky || rule.table === null) continue;
    const clients: string[] = [];
    for (const set of stickySets(plane, rule)) clients.push(...(await keys(set)).map(([client = ""]) => client));
    found.push({ rule: rule.name, clients });
  }
  return found;
}

/** The rule's sets of either family that it covers. */
function stickySets(plane: DataPlane, rule: PlaneRule): string[] {
  const covered = targetsOf(plane).filter(({ address }) => rule.vip === null || rule.vip === address);
  return [...new Set(covered.map((vip) => stickyName(rule, vip)))];
}
