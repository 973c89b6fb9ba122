/** `wlbs ip2mac`: the cluster MACs that a virtual IP would have in every delivery mode (DOMAIN 1.4, 1.8). */
import { allMacs, type ClusterMacs, canonicalAddress } from "../../fleet/index.ts";

export interface Ip2Mac {
  address: string;
  macs: ClusterMacs;
}

/** Null when the text is no address. */
export function ip2mac(text: string): Ip2Mac | null {
  const address = canonicalAddress(text.trim());
  const macs = address === null ? null : allMacs(address);
  return address === null || macs === null ? null : { address, macs };
}

export function renderIp2Mac({ address, macs }: Ip2Mac): string {
  return [
    `Cluster:   ${address}`,
    `unicast:   ${macs.unicast}`,
    `multicast: ${macs.multicast}`,
    `igmp:      ${macs.igmp ?? "none (needs an IPv4 address)"}`,
    "direct:    none (the default host answers with its own MAC)",
  ].join("\n");
}
