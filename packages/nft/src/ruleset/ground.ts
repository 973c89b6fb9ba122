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

/** A virtual IP with its place in the plane; `index` names its chains. */
export interface Target {
  address: string;
  index: number;
  isIpv6: boolean;
}

/** A rule on one virtual IP, or traffic without a rule there. */
export interface Flow {
  vip: Target;
  /** Null = traffic without a rule. */
  rule: PlaneRule | null;
  /** Names its chains, for example "r0v1" or "uv1". */
  id: string;
}

/** Set on a packet of a draining bucket between ingress and prerouting, where it is taken off before routing. */
export const drainingMark = "0x40000000";

/** Matches the first packet of a TCP connection. */
export const isSyn = "tcp flags & (fin|syn|rst|ack) == syn";
export const isNoSyn = "tcp flags & (fin|syn|rst|ack) != syn";

export const bucketGroupCount = 16;

export function targetsOf(plane: DataPlane): Target[] {
  return plane.vips.map(({ address }, index) => ({ address, index, isIpv6: isIpv6(address) }));
}

/** The rules that cover a virtual IP, in the plane's order: the first that matches a packet takes it. */
export function rulesOn(plane: DataPlane, vip: Target, protocol: "tcp" | "udp"): PlaneRule[] {
  return plane.rules.filter(
    (rule) => (rule.vip === null || rule.vip === vip.address) && [protocol, "both"].includes(rule.protocol),
  );
}

export function flowOf(plane: DataPlane, vip: Target, rule: PlaneRule | null): Flow {
  return { vip, rule, id: rule ? `r${plane.rules.indexOf(rule)}v${vip.index}` : `uv${vip.index}` };
}

/** Every flow that has counters: each rule on each virtual IP that it covers, and the rest on each. */
export function flowsOf(plane: DataPlane): Flow[] {
  return targetsOf(plane).flatMap((vip) => [
    ...plane.rules
      .filter((rule) => rule.vip === null || rule.vip === vip.address)
      .map((rule) => flowOf(plane, vip, rule)),
    flowOf(plane, vip, null),
  ]);
}

/** Names counters and sets by what they are about, not by an index that the next policy may give to another rule. */
export function flowKey({ vip, rule }: Flow): string {
  return digest(`${vip.address} ${rule?.name ?? ""}`);
}

/** The set of clients that a rule remembers. */
export function stickyName(rule: PlaneRule, vip: Target): string {
  return `sticky${vip.isIpv6 ? 6 : 4}_${digest(`${rule.affinity} ${rule.name}`)}`;
}

/** 12 hex digits. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What `bucketOf` of core/wlbs repeats byte by byte. */
export function hashInput(affinity: Affinity, vip: Target): string {
  const address = clientKey(affinity, vip);
  return affinity === "none" ? `${address} . th sport` : address;
}

/** A client as an affinity sees it: the address, or its network. */
export function clientKey(affinity: Affinity, vip: Target): string {
  if (affinity !== "network") return vip.isIpv6 ? "ip6 saddr" : "ip saddr";
  return vip.isIpv6 ? "ip6 saddr & ffff:ffff:ffff:ffff::" : "ip saddr & 255.255.255.0";
}

/** Bucket of a packet, or its group when `count` is smaller: the hash is scaled, so groups are runs of buckets. */
export function bucketText(ground: Ground, { vip, rule }: Flow, count = 4096): string {
  const seed = `0x${ground.plane.hashSeed.toString(16).padStart(8, "0")}`;
  return `jhash ${hashInput(rule?.affinity ?? "single", vip)} mod ${count} seed ${seed}`;
}
