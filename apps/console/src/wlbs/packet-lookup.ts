/** Which rule and bucket a packet falls into: the same hash as the kernels. The hosts are asked for the rest. Pure. */
import {
  type Affinity,
  bucketOf,
  type FlowProtocol,
  packetForm,
  parsePacket,
  ruleFor,
} from "@bulkhead/core/wlbs";
import type { WlbsCluster, WlbsRule } from "../states/wlbs-states.ts";

/** What is typed into the form. */
export interface PacketText {
  protocol: FlowProtocol;
  from: string;
  to: string;
}

export type PacketLookup =
  | { kind: "problem"; text: string }
  /** No rule covers it: the default host. */
  | { kind: "unruled"; text: string }
  | { kind: "bucket"; rule: WlbsRule; affinity: Affinity; bucket: number };

export const protocolChoices: readonly { value: FlowProtocol; label: string }[] = [
  { value: "tcp", label: "TCP" },
  { value: "udp", label: "UDP" },
  { value: "icmp", label: "ICMP echo" },
  { value: "gre", label: "GRE (PPTP)" },
  { value: "esp", label: "ESP (IPsec)" },
  { value: "ah", label: "AH (IPsec)" },
];

export const hasPorts = (protocol: FlowProtocol) => protocol === "tcp" || protocol === "udp";

/** What each affinity hashes, in words. */
export const hashedWords: Record<Affinity, string> = {
  none: "address and port",
  single: "address",
  network: "network (/24, IPv6 /64)",
};

/** "10.77.0.100:80", the first thing that clients of the cluster ask for. */
export function usualTarget({ vips, rules }: Pick<WlbsCluster, "vips" | "rules">): string {
  const rule = rules.find(({ mode }) => mode !== "disabled");
  const address = rule?.vip ?? vips[0]?.address ?? "";
  const port = rule?.startPort ?? 80;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Null while the client is not typed yet. Says what is wrong in the words of the command line. */
export function lookUpPacket(cluster: WlbsCluster, text: PacketText): PacketLookup | null {
  if (text.from.trim() === "") return null;
  const packet = parsePacket(text);
  if (!packet) return { kind: "problem", text: formProblem(text) };
  const isVip = cluster.vips.some(({ address }) => address === packet.to.address);
  if (!isVip) return { kind: "problem", text: `${packet.to.address} is no virtual IP of ${cluster.name}.` };
  if (packet.from.address.includes(":") !== packet.to.address.includes(":"))
    return { kind: "problem", text: "Client and virtual IP must both be IPv4 or both be IPv6." };
  if (packet.protocol === "icmp") return { kind: "unruled", text: echoText(cluster) };
  const match = ruleFor(cluster.rules, {
    protocol: packet.protocol,
    vip: packet.to.address,
    port: packet.to.port,
  });
  if (!match) return { kind: "unruled", text: "No port rule covers it: it belongs to the default host." };
  const bucket = bucketOf(match.affinity, packet.from, cluster.hashSeed);
  return { kind: "bucket", rule: match.rule, affinity: match.affinity, bucket };
}

function echoText({ filterIcmp }: WlbsCluster): string {
  return filterIcmp ? "The default host alone answers echo (filterIcmp is on)." : "Every host answers echo.";
}

/** A forgotten port is the usual mistake. */
function formProblem({ protocol, from, to }: PacketText): string {
  if (!hasPorts(protocol)) return packetForm;
  const bare = [from, to].map((end) => end.trim()).find((end) => /^(\d+\.){3}\d+$/.test(end));
  return bare
    ? `${bare} lacks its port: write ${bare}:${bare === from.trim() ? "51034" : "80"}.`
    : packetForm;
}
