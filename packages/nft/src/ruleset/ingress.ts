/**
 * What happens to a frame before the stack and conntrack see it: virtual IP -> protocol -> port rule -> bucket (DOMAIN 1.3).
 * Pure.
 */
import { dropText, flowChain, leaseText, takeText, vetLines } from "./flow-chains.ts";
import { fragmentChain } from "./fragments.ts";
import { countText, flowOf, type Ground, type Target, targetsOf } from "./ground.ts";
import { neighbourLines } from "./neighbours.ts";
import { controlRule, portChain } from "./ports.ts";
import { probeLines } from "./probes.ts";

/** Up to so many virtual IPs are compared one by one. */
const comparedMax = 4;

export function renderIngress(ground: Ground): void {
  const { netdev, plane } = ground;
  const hook = `{ type filter hook ingress device "${plane.interface}" priority 0; policy accept; }`;
  const targets = targetsOf(plane);
  for (const vip of targets) declareTarget(ground, vip);
  netdev.chain("in", [...dispatchLines(targets), ...probeLines(ground), ...neighbourLines(ground)], hook);
}

/** Address -> chain of the target. */
function dispatchLines(targets: readonly Target[]): string[] {
  return [false, true].flatMap((isIpv6) => {
    const own = targets.filter((target) => target.isIpv6 === isIpv6);
    const field = isIpv6 ? "ip6 daddr" : "ip daddr";
    const ways = own.flatMap(({ addresses, index }) =>
      addresses.map((address) => ({ address, chain: `t${index}` })),
    );
    if (ways.length <= comparedMax)
      return ways.map(({ address, chain }) => `${field} ${address} goto ${chain}`);
    return [`${field} vmap { ${ways.map(({ address, chain }) => `${address} : goto ${chain}`).join(", ")} }`];
  });
}

function declareTarget(ground: Ground, vip: Target): void {
  const rest = `rest_t${vip.index}`;
  const { netdev } = ground;
  netdev.chain(rest, vip.isIpv6 ? restLinesV6(ground, vip) : restLinesV4(ground, vip));
  const tcp = portChain(ground, vip, "tcp");
  const udp = portChain(ground, vip, "udp");
  if (vip.isIpv6) {
    netdev.chain(rest, [
      `meta l4proto tcp goto ${tcp}`,
      `meta l4proto udp goto ${udp}`,
      ...tunnelLines(ground, vip),
    ]);
  }
  netdev.chain(rest, [`goto ${flowChain(ground, flowOf(ground.plane, vip, null))}`]);
  // One comparison for protocol and fragment: ports must not be read from the data of a later fragment.
  const match = vip.isIpv6
    ? { tcp: "ip6 nexthdr tcp", udp: "ip6 nexthdr udp" }
    : { tcp: "@nh,48,32 & 0x1fff00ff == 0x00000006", udp: "@nh,48,32 & 0x1fff00ff == 0x00000011" };
  netdev.chain(`t${vip.index}`, [`${match.tcp} goto ${tcp}`, `${match.udp} goto ${udp}`, `goto ${rest}`]);
}

function restLinesV4(ground: Ground, vip: Target): string[] {
  return [
    `ip frag-off & 0x1fff != 0 goto ${fragmentChain(ground, vip)}`,
    `icmp type { destination-unreachable, time-exceeded, parameter-problem } goto ${passChain(ground)}`,
    `icmp type echo-request goto ${echoChain(ground, vip)}`,
    ...tunnelLines(ground, vip),
  ];
}

/** Extension headers may stand before anything here; nft walks over them. */
function restLinesV6(ground: Ground, vip: Target): string[] {
  const errors = "destination-unreachable, packet-too-big, time-exceeded, parameter-problem";
  const isSilent = ground.plane.mode === "direct" && !ground.plane.isFront;
  return [
    ...(isSilent ? ["icmpv6 type nd-neighbor-solicit drop"] : []),
    `icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ${takeText}`,
    `frag frag-off != 0 goto ${fragmentChain(ground, vip)}`,
    `icmpv6 type { ${errors} } goto ${passChain(ground)}`,
    `icmpv6 type echo-request goto ${echoChain(ground, vip)}`,
  ];
}

/** ICMP errors pass on every host, since only the one with the connection can use them. */
function passChain(ground: Ground): string {
  const { netdev, plane } = ground;
  const copies = plane.isFront ? ["ether saddr != @peers jump dup_all"] : [];
  if (!netdev.has("pass")) netdev.chain("pass", [...copies, ...vetLines(ground), takeText]);
  return "pass";
}

/** FilterIcmp of DOMAIN 1.1. */
function echoChain(ground: Ground, vip: Target): string {
  const { netdev, plane } = ground;
  const flow = flowOf(plane, vip, null);
  const name = `echo_${vip.isIpv6 ? 6 : 4}`;
  const count = (): string => countText(ground, netdev, { flow, kind: "a" });
  const answer = (): string[] => [...vetLines(ground), leaseText(ground), `${count()} ${takeText}`];
  if (!netdev.has(name)) netdev.chain(name, plane.answersEcho ? answer() : [dropText(ground, flow)]);
  return name;
}

/** GRE belongs to PPTP's control connection, ESP and AH to the key exchange (DOMAIN 1.11). */
function tunnelLines(ground: Ground, vip: Target): string[] {
  const pptp = controlRule(vip, { protocol: "tcp", port: 1723 });
  const ipsec = controlRule(vip, { protocol: "udp", port: 500 });
  const chain = (rule: NonNullable<typeof pptp>): string =>
    flowChain(ground, flowOf(ground.plane, vip, rule));
  return [
    ...(pptp ? [`meta l4proto 47 goto ${chain(pptp)}`] : []),
    ...(ipsec ? [`meta l4proto { 50, 51 } goto ${chain(ipsec)}`] : []),
  ];
}
