/** What every part of the ruleset is rendered from, and the words that several of them use. Pure. */
import { createHash } from "node:crypto";
import type { Affinity, DataPlane, PlaneRule } from "@bulkhead/core/wlbs";
import { type HostFacts, isIpv6 } from "./facts.ts";
import type { TableBuilder } from "./table.ts";

export interface Ground {
  plane: DataPlane;
  facts: HostFacts;
  arp: TableBuilder;
  inet: TableBuilder;
  netdev: TableBuilder;
}

/** Virtual IPs of one family that the same rules cover: they share their chains. */
export interface Target {
  /** Names the chains. */
  index: number;
  isIpv6: boolean;
  addresses: string[];
  /** In the plane's order: the first that matches a packet takes it. */
  rules: PlaneRule[];
}

/** A rule, or traffic without a rule, in one address family. */
export interface Flow {
  isIpv6: boolean;
  /** Null = traffic without a rule. */
  rule: PlaneRule | null;
  /** Names its chains, for example "r0_4" or "u_6". */
  id: string;
}

/** Set on a packet of a draining bucket between ingress and prerouting, where it is taken off before routing. */
export const drainingMark = "0x40000000";

/** Matches the first packet of a TCP connection. */
export const isSyn = "tcp flags & (fin|syn|rst|ack) == syn";
export const isNoSyn = "tcp flags & (fin|syn|rst|ack) != syn";

export const bucketGroupCount = 16;

export function targetsOf(plane: DataPlane): Target[] {
  const targets = new Map<string, Target>();
  for (const { address } of plane.vips) {
    const rules = plane.rules.filter(({ vip }) => vip === null || vip === address);
    const key = `${isIpv6(address)} ${rules.map((rule) => plane.rules.indexOf(rule)).join(" ")}`;
    const target = targets.get(key) ?? { index: targets.size, isIpv6: isIpv6(address), addresses: [], rules };
    target.addresses.push(address);
    targets.set(key, target);
  }
  return [...targets.values()];
}

/** The virtual IPs of a family. */
export function addressesOf({ vips }: DataPlane, ofIpv6: boolean): string[] {
  return vips.map(({ address }) => address).filter((address) => isIpv6(address) === ofIpv6);
}

/** The rules that cover a target with this protocol. */
export function rulesOn({ rules }: Target, protocol: "tcp" | "udp"): PlaneRule[] {
  return rules.filter((rule) => [protocol, "both"].includes(rule.protocol));
}

export function flowOf(plane: DataPlane, at: { isIpv6: boolean }, rule: PlaneRule | null): Flow {
  const name = rule ? `r${plane.rules.indexOf(rule)}` : "u";
  return { isIpv6: at.isIpv6, rule, id: `${name}_${at.isIpv6 ? 6 : 4}` };
}

/** Every flow that has counters. */
export function flowsOf(plane: DataPlane): Flow[] {
  return [false, true]
    .filter((ofIpv6) => addressesOf(plane, ofIpv6).length > 0)
    .flatMap((ofIpv6) => [...plane.rules, null].map((rule) => flowOf(plane, { isIpv6: ofIpv6 }, rule)));
}

/** Names counters by what they are about, not by an index that the next policy may give to another rule. */
export function flowKey({ isIpv6: ofIpv6, rule }: Flow): string {
  return digest(`${ofIpv6 ? 6 : 4} ${rule ? `rule ${rule.name}` : "rest"}`);
}

/** `a`ccepted, `d`rained, `f`oreign at ingress; in prerouting strays among the accepted (`sa`) and the drained (`sd`). */
export type CountKind = "a" | "d" | "f" | "sa" | "sd";

/**
 * Counts for the flow, and for the virtual IP where the family has several; with one, its count is the sum of the flows.
 */
export function countText(
  { plane }: Ground,
  builder: TableBuilder,
  { flow, kind }: { flow: Flow; kind: CountKind },
): string {
  const count = builder.counter(`${kind}_${flowKey(flow)}`);
  const addresses = addressesOf(plane, flow.isIpv6);
  if (addresses.length < 2) return count;
  const name = `${kind}_vips${flow.isIpv6 ? 6 : 4}`;
  const elements = addresses.map((address) => {
    const counter = vipCounter(kind, address);
    builder.counter(counter);
    return `${address} : "${counter}"`;
  });
  const type = flow.isIpv6 ? "ipv6_addr" : "ipv4_addr";
  builder.set({ kind: "map", name, spec: `{ type ${type} : counter; }`, elements });
  return `${count} counter name ${flow.isIpv6 ? "ip6" : "ip"} daddr map @${name}`;
}

/** Counter of a virtual IP that has one of its own. */
export function vipCounter(kind: CountKind, address: string): string {
  return `${kind}v_${digest(address)}`;
}

/** The set of clients that a rule remembers. */
export function stickyName(rule: PlaneRule, ofIpv6: boolean): string {
  return `sticky${ofIpv6 ? 6 : 4}_${digest(`${rule.affinity} ${rule.name}`)}`;
}

/** 12 hex digits. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What `bucketOf` of core/wlbs repeats byte by byte. */
export function hashInput(affinity: Affinity, ofIpv6: boolean): string {
  const address = clientKey(affinity, ofIpv6);
  return affinity === "none" ? `${address} . th sport` : address;
}

/** A client as an affinity sees it: the address, or its network. */
export function clientKey(affinity: Affinity, ofIpv6: boolean): string {
  if (affinity !== "network") return ofIpv6 ? "ip6 saddr" : "ip saddr";
  return ofIpv6 ? "ip6 saddr & ffff:ffff:ffff:ffff::" : "ip saddr & 255.255.255.0";
}

/** Bucket of a packet, or its group when `count` is smaller: the hash is scaled, so groups are runs of buckets. */
export function bucketText(ground: Ground, { isIpv6: ofIpv6, rule }: Flow, count = 4096): string {
  const seed = `0x${ground.plane.hashSeed.toString(16).padStart(8, "0")}`;
  return `jhash ${hashInput(rule?.affinity ?? "single", ofIpv6)} mod ${count} seed ${seed}`;
}

/** One value as it is, several as a set. */
export function anyOf(items: readonly string[]): string {
  return items.length === 1 ? (items[0] ?? "") : `{ ${items.join(", ")} }`;
}
