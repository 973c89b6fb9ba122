/** `wlbs ip2mac`: the cluster MACs that a virtual IP would have in every delivery mode (DOMAIN 1.4, 1.8). */
import { canonicalAddress, clusterMacOf } from "../../fleet/index.ts";

export interface Ip2Mac {
  address: string;
  /** Null where the mode has none for this address. */
  macs: { mode: "unicast" | "multicast" | "igmp"; mac: string | null }[];
}

/** Null when the text is no address. */
export function ip2mac(text: string): Ip2Mac | null {
  const address = canonicalAddress(text.trim());
  if (address === null) return null;
  const modes = ["unicast", "multicast", "igmp"] as const;
  return { address, macs: modes.map((mode) => ({ mode, mac: clusterMacOf(mode, address) })) };
}

export function renderIp2Mac({ address, macs }: Ip2Mac): string {
  const rows = macs.map(
    ({ mode, mac }) => `${`${mode}:`.padEnd(11)}${mac ?? "none (IGMP needs an IPv4 address)"}`,
  );
  return [`Cluster: ${address}`, ...rows, "direct:    none (the default host answers with its own)"].join(
    "\n",
  );
}
