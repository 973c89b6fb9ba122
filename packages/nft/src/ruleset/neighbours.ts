/**
 * ARP and neighbour discovery for the virtual IPs (docs/decisions/0006): which MAC stands in the answers, who answers in
 * direct mode, how the VIP is announced, and who else claims it. Pure.
 */
import { checksumDelta, ipv6Number, macNumber } from "./facts.ts";
import { addressesOf, anyOf, type Ground } from "./ground.ts";
import { probeSendLines } from "./probes.ts";
import type { NamedSet } from "./table.ts";

/** What the raw writes that turn a solicitation into an advertisement add to its checksum: the flags and the option type. */
const announcementSum = 0xffff - 0x2000 - 0x0100;

/**
 * Set that holds the interface while it announces, in the tables arp and netdev. The kernel asks for its own VIP only when it
 * was told to: then the question becomes an announcement; otherwise it stays a question, for who holds an address does
 * not answer one who asks in its name.
 */
export const announcing = "announcing";

const announcingSet: NamedSet = {
  kind: "set",
  name: announcing,
  spec: "{ type ifname; flags timeout; }",
  elements: null,
};

const claimTypes = {
  claims4: "typeof arp saddr ip . arp saddr ether",
  claims6: "typeof @th,64,128 . @th,208,48",
} as const;

/** The MACs that may stand for a VIP: the cluster MAC, or in direct mode each member's, for any may become the front host. */
function rightfulMacs({ plane, facts }: Ground): string[] {
  const members = [...plane.peers.map(({ mac }) => mac), facts.mac];
  return plane.clusterMac ? [plane.clusterMac] : [...new Set(members)];
}

/** Lines at the end of the ingress chain. */
export function neighbourLines(ground: Ground): string[] {
  const { plane } = ground;
  const isUnicast = plane.mode === "unicast";
  return [
    ...claimLines(ground),
    ...silenceLines(ground),
    // The card receives it by a secondary address, so the kernel takes it for another machine's.
    ...(isUnicast ? [`ether daddr ${plane.clusterMac} ether type arp meta pkttype set host accept`] : []),
  ];
}

function claimLines(ground: Ground): string[] {
  const macs = rightfulMacs(ground);
  const declare = (name: keyof typeof claimTypes): string => {
    const spec = `{ ${claimTypes[name]}; size 64; flags dynamic,timeout; timeout 10s; }`;
    ground.netdev.set({ kind: "set", name, spec, elements: null });
    return `update @${name}`;
  };
  const ipv4 = addressesOf(ground.plane, false);
  const byArp = `arp saddr ip ${anyOf(ipv4)} arp saddr ether != ${anyOf(macs)}`;
  const byAdvert = (address: string): string =>
    `icmpv6 type nd-neighbor-advert @th,64,128 ${ipv6Number(address)} @th,208,48 != ${anyOf(macs.map(macNumber))}`;
  return [
    ...(ipv4.length > 0 ? [`${byArp} ${declare("claims4")} { arp saddr ip . arp saddr ether }`] : []),
    ...addressesOf(ground.plane, true).map(
      (address) => `${byAdvert(address)} ${declare("claims6")} { @th,64,128 . @th,208,48 }`,
    ),
  ];
}

/** Direct mode: only the front host answers. */
function silenceLines(ground: Ground): string[] {
  const { mode, isFront } = ground.plane;
  if (mode !== "direct" || isFront) return [];
  const ipv4 = addressesOf(ground.plane, false);
  return [
    ...(ipv4.length > 0 ? [`arp operation request arp daddr ip ${anyOf(ipv4)} drop`] : []),
    ...addressesOf(ground.plane, true).map(
      (address) => `icmpv6 type nd-neighbor-solicit @th,64,128 ${ipv6Number(address)} drop`,
    ),
  ];
}

/** What leaves this host about the VIPs. */
export function renderNeighbours(ground: Ground): void {
  ground.arp.chain("out", arpLines(ground), "{ type filter hook output priority 0; policy accept; }");
  renderAdvertisements(ground);
  const sent = [...probeSendLines(ground), ...announcementLines(ground)];
  if (sent.length === 0) return;
  const hook = `{ type filter hook egress device "${ground.plane.interface}" priority 0; policy accept; }`;
  ground.netdev.chain("out", sent, hook);
}

/** Does this host answer for the VIPs. */
function isAnswering({ plane }: Ground): boolean {
  return plane.mode !== "direct" || plane.isFront;
}

function arpLines(ground: Ground): string[] {
  const { plane, facts } = ground;
  const ipv4 = addressesOf(ground.plane, false);
  ground.arp.set(announcingSet);
  return ipv4.flatMap((vip) => {
    if (!isAnswering(ground)) {
      // Asking in the name of the VIP would announce it. An ARP probe (0.0.0.0) where the host has no address.
      return [`arp operation request arp saddr ip ${vip} arp saddr ip set ${facts.ipv4 ?? "0.0.0.0"}`];
    }
    const announced = `oifname @${announcing} arp operation request arp daddr ip ${vip} arp saddr ip set ${vip}`;
    return plane.clusterMac
      ? [announced, `arp saddr ip ${vip} arp saddr ether set ${plane.clusterMac}`]
      : [announced];
  });
}

function renderAdvertisements(ground: Ground): void {
  const { inet, plane, facts } = ground;
  const ipv6 = addressesOf(ground.plane, true);
  if (ipv6.length === 0) return;
  const own = `@th,208,48 ${macNumber(facts.mac)}`;
  const masked = (vip: string): string[] => [
    `icmpv6 type nd-neighbor-advert @th,64,128 ${ipv6Number(vip)} ${own} goto masked`,
    `icmpv6 type nd-neighbor-solicit ip6 saddr ${vip} ${own} goto masked`,
  ];
  const quiet = (vip: string): string[] =>
    facts.linkLocal
      ? [`icmpv6 type nd-neighbor-solicit ip6 saddr ${vip} ip6 saddr set ${facts.linkLocal}`]
      : [];
  const hook = "{ type filter hook output priority 0; policy accept; }";
  if (plane.clusterMac) {
    const delta = checksumDelta(facts.mac, plane.clusterMac);
    inet.chain("masked", [`@th,208,48 set ${macNumber(plane.clusterMac)} @th,48,16 set ${delta}`]);
    inet.chain("out", ipv6.flatMap(masked), hook);
  } else if (!plane.isFront && facts.linkLocal) {
    inet.chain("out", ipv6.flatMap(quiet), hook);
  }
}

/** A solicitation becomes an advertisement to all nodes. */
function announcementLines(ground: Ground): string[] {
  const { plane, facts } = ground;
  if (!isAnswering(ground)) return [];
  const mac = plane.clusterMac ?? facts.mac;
  const delta = checksumDelta(facts.mac, mac, announcementSum);
  const readdressed =
    "ether daddr set 33:33:00:00:00:01 ip6 daddr set ff02::1 icmpv6 type set nd-neighbor-advert";
  const rewritten = `@th,32,8 set 0x20 @th,192,8 set 0x02 @th,208,48 set ${macNumber(mac)} @th,48,16 set ${delta}`;
  const ipv6 = addressesOf(ground.plane, true);
  if (ipv6.length === 0 || !facts.hasEgress) return [];
  ground.netdev.set({
    kind: "set",
    name: announcing,
    spec: "{ type ifname; flags timeout; }",
    elements: null,
  });
  return ipv6.map((vip) => {
    const isOwn = `oifname @${announcing} icmpv6 type nd-neighbor-solicit @th,64,128 ${ipv6Number(vip)} @th,192,8 0x01`;
    return `${isOwn} ${readdressed} ${rewritten}`;
  });
}
