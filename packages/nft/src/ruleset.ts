/**
 * DataPlane -> nft script: the whole kernel side of one WLBS host in one transaction. Pure.
 *
 * A frame for the VIP is judged at ingress, before the stack and conntrack see it (EVIDENCE 1): port -> rule ->
 * affinity -> bucket -> owned, draining or foreign. One check must wait for conntrack and sits in prerouting:
 * whether a packet in the middle of a TCP stream belongs to a connection of this host.
 *
 * Everything is replaced but the counters, which outlive an install so that the sums stay right.
 */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { bucketElements, fragmentTarget, portMap } from "./ruleset-parts.ts";

/** Name of our table in each of the families arp, inet and netdev. */
export const tableName = "bulkhead";
/** Set on a packet of a draining bucket between ingress and prerouting, where it is taken off before routing. */
const drainingMark = "0x40000000";

const ingress = `netdev ${tableName}`;
const routing = `inet ${tableName}`;
const answers = `arp ${tableName}`;

const ingressChains = [
  "in",
  "vip",
  "unruled",
  "hash_none",
  "hash_single",
  "hash_network",
  "draining",
  "owned",
  "foreign",
];

export interface RenderOptions {
  /** Also drops counters and lease: for a table of ours that an older version laid out differently. */
  fresh?: boolean;
  /** Leaves a living lease as it is, for a renewal follows: taking it away would drop new flows in between. */
  keepLease?: boolean;
}

/** Script for `nft -f -`; idempotent, and it may follow any earlier script of this function. */
export function renderDataPlane(plane: DataPlane, options: RenderOptions = {}): string {
  const lines = [
    ...(options.fresh ? removalLines() : []),
    ...clearingLines(),
    ...arpLines(plane),
    ...routingLines(plane),
    ...ingressLines(plane),
    ...(options.keepLease ? [] : [renderLease(plane.vip, plane.leaseMs)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Script that removes our tables; succeeds also when there are none. */
export function renderRemoval(): string {
  return `${removalLines().join("\n")}\n`;
}

/**
 * One line for a running `nft -i`: the lease runs out in `leaseMs` from now, whatever it was before; at once when
 * that is not positive. A plain `add` does not change a living element (nft 1.0.6).
 */
export function renderLease(vip: string, leaseMs: number): string {
  const set = `${ingress} lease`;
  if (leaseMs < 1) return `flush set ${set}`;
  const lasting = `{ ${vip} timeout ${Math.floor(leaseMs)}ms }`;
  return `add element ${set} ${lasting}; delete element ${set} { ${vip} }; add element ${set} ${lasting}`;
}

function removalLines(): string[] {
  return [answers, routing, ingress].flatMap((table) => [`add table ${table}`, `delete table ${table}`]);
}

/** `add` before `delete` because nft 1.0.6 has no `destroy`: deleting what is missing would fail the transaction. */
function clearingLines(): string[] {
  return [
    ...[answers, routing, ingress].map((table) => `add table ${table}`),
    `add map ${ingress} buckets { typeof symhash mod 4096 : verdict; }`,
    ...ingressChains.map((chain) => `add chain ${ingress} ${chain}`),
    ...[answers, routing, ingress].map((table) => `flush table ${table}`),
    `flush map ${ingress} buckets`,
    ...ingressChains.map((chain) => `delete chain ${ingress} ${chain}`),
    ...["foreign", "unleased"].map((counter) => `add counter ${ingress} ${counter}`),
    ...["accepted", "drained", "stray"].map((counter) => `add counter ${routing} ${counter}`),
    `add set ${ingress} lease { type ipv4_addr; flags timeout; }`,
  ];
}

/** ARP of the VIP names the cluster MAC, so that the switch floods what clients send (DOMAIN 1.4). */
function arpLines(plane: DataPlane): string[] {
  return [
    `add chain ${answers} out { type filter hook output priority 0; policy accept; }`,
    `add rule ${answers} out arp saddr ip ${plane.vip} arp saddr ether set ${plane.clusterMac}`,
  ];
}

/**
 * Strays are packets of connections that another host holds: dropped, never answered with RST, which would end
 * them. Conntrack picks such streams up as `new`, hence the test for "new, but no SYN". ICMP errors pass on every
 * host, since only the one with the connection can use them; they are not counted.
 */
function routingLines(plane: DataPlane): string[] {
  const rule = (chain: string, text: string): string => `add rule ${routing} ${chain} ${text}`;
  return [
    `add chain ${routing} pre { type filter hook prerouting priority mangle; policy accept; }`,
    `add chain ${routing} vip`,
    rule("pre", `iifname "${plane.interface}" ip daddr ${plane.vip} goto vip`),
    rule(
      "vip",
      "tcp flags & (fin|syn|rst|ack) != syn ct state new,invalid,untracked counter name stray drop",
    ),
    rule("vip", "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept"),
    rule(
      "vip",
      `meta mark & ${drainingMark} != 0 meta mark set meta mark & 0xbfffffff counter name drained accept`,
    ),
    rule("vip", "counter name accepted"),
  ];
}

function ingressLines(plane: DataPlane): string[] {
  const rule = (chain: string, text: string): string => `add rule ${ingress} ${chain} ${text}`;
  return [
    `add chain ${ingress} in { type filter hook ingress device "${plane.interface}" priority 0; policy accept; }`,
    ...ingressChains.slice(1).map((chain) => `add chain ${ingress} ${chain}`),
    // Frames that the switch meant for another machine (`other`, seen in promiscuous mode) are not ours to take.
    rule(
      "in",
      `ip daddr ${plane.vip} meta pkttype { host, multicast } goto vip comment "${identity(plane)}"`,
    ),
    rule("in", `ip daddr ${plane.vip} drop`),
    ...vipRules(plane).map((text) => rule("vip", text)),
    ...unruledRules(plane).map((text) => rule("unruled", text)),
    ...hashRules(plane).map(([chain, text]) => rule(chain, text)),
    ...drainingRules.map((text) => rule("draining", text)),
    ...ownedRules.map((text) => rule("owned", text)),
    rule("foreign", "counter name foreign drop"),
    ...bucketElements(plane).map((elements) => `add element ${ingress} buckets {\n${elements}\n}`),
  ];
}

/**
 * Ports first, as nearly all traffic has them. A non-first fragment has no port: it goes to the default host,
 * unless one rule with an affinity by address covers all ports (then it follows its first fragment; DOMAIN 1.3).
 */
function vipRules(plane: DataPlane): string[] {
  const rules: string[] = [];
  for (const protocol of ["tcp", "udp"] as const) {
    const map = portMap(plane.rules, protocol);
    if (map !== null) rules.push(`${protocol} dport vmap { ${map} }`);
    const target = fragmentTarget(plane.rules, protocol);
    if (target !== null) rules.push(`ip frag-off & 0x1fff != 0 ip protocol ${protocol} goto ${target}`);
  }
  rules.push(
    "icmp type { destination-unreachable, time-exceeded, parameter-problem } meta pkttype set host accept",
  );
  rules.push("goto unruled");
  return rules;
}

/**
 * What no rule covers belongs to the default host, like ICMP echo. Another host lets TCP streams through to the
 * conntrack check, for it may have been the default host when they began; if it has no bucket at all it has
 * left the cluster, and they end.
 */
function unruledRules(plane: DataPlane): string[] {
  if (plane.isDefaultHost) return ["goto owned"];
  const isMember = plane.ownedBuckets.length + plane.drainingBuckets.length > 0;
  return [isMember ? "goto draining" : "goto foreign"];
}

/** The expressions that `bucketOf` of core/wlbs repeats bit by bit. */
function hashRules(plane: DataPlane): [string, string][] {
  const seed = `0x${plane.hashSeed.toString(16).padStart(8, "0")}`;
  const hashed: [string, string][] = [
    ["hash_none", "ip saddr . th sport"],
    ["hash_single", "ip saddr"],
    ["hash_network", "ip saddr & 255.255.255.0"],
  ];
  return hashed.flatMap(([chain, key]) => [
    [chain, `jhash ${key} mod 4096 seed ${seed} vmap @buckets`],
    [chain, "goto foreign"],
  ]);
}

/** A stream goes on as long as conntrack knows it. Only TCP has streams: all else moves with its bucket at once. */
const drainingRules = [
  "tcp flags & (fin|syn|rst|ack) == syn goto foreign",
  `meta l4proto tcp meta mark set meta mark | ${drainingMark} meta pkttype set host accept`,
  "goto foreign",
];

/**
 * The lease guards everything that could be a new flow. For TCP that is the SYN. UDP and the rest have no
 * beginning that a packet shows, and after the lease the next owner answers them too: so all of it needs the lease.
 * `pkttype set host`: TCP discards what came in by a multicast MAC.
 */
const ownedRules = [
  "tcp flags & (fin|syn|rst|ack) != syn meta pkttype set host accept",
  "ip daddr != @lease counter name unleased drop",
  "meta pkttype set host accept",
];

/** Comment by which a later process finds out what this one has set up. At most 128 bytes. */
function identity(plane: DataPlane): string {
  return `vip ${plane.vip} mac ${plane.clusterMac} interface ${plane.interface} generation ${plane.generation}`;
}
