/**
 * What an interface carries for a cluster: the VIPs and a way to receive the cluster MAC. Pure: what is wanted, what is there,
 * and the commands of `ip` and `bridge` that lead from one to the other.
 */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { igmpGroup, isIpv6 } from "./ruleset/facts.ts";

/** One thing on an interface. Its note is what the kernel keeps about it. */
export interface PresenceItem {
  /** `address`: a VIP; `multicast` and `unicast`: a MAC the card receives besides its own; `group`: an IGMP membership. */
  kind: "address" | "multicast" | "unicast" | "group";
  value: string;
  interface: string;
}

/** What `ip` and `bridge` say about an interface. */
export interface InterfaceState {
  mac: string;
  addresses: { address: string; prefixLength: number }[];
  /** MACs that the card receives besides its own, lower case. */
  macs: string[];
}

export function wantedItems(plane: DataPlane): PresenceItem[] {
  const item = (kind: PresenceItem["kind"], value: string): PresenceItem => ({
    kind,
    value,
    interface: plane.interface,
  });
  return [
    ...macItems(plane).map(({ kind, value }) => item(kind, value)),
    ...plane.vips.map((vip) => item("address", vip.address)),
  ];
}

/** IGMP mode with a MAC that no group has is received like any multicast MAC. */
function macItems({ mode, clusterMac }: DataPlane): Pick<PresenceItem, "kind" | "value">[] {
  if (clusterMac === null) return [];
  const group = mode === "igmp" ? igmpGroup(clusterMac) : null;
  if (group !== null) return [{ kind: "group", value: group }];
  return [{ kind: mode === "unicast" ? "unicast" : "multicast", value: clusterMac.toLowerCase() }];
}

export function isThere(item: PresenceItem, state: InterfaceState): boolean {
  if (item.kind === "address" || item.kind === "group") {
    return state.addresses.some(({ address }) => address === item.value);
  }
  return state.macs.includes(item.value);
}

export const sameItem = (a: PresenceItem, b: PresenceItem): boolean => noteOf(a) === noteOf(b);

export function noteOf({ kind, value, interface: name }: PresenceItem): string {
  return `${kind} ${value} ${name}`;
}

/** Null: no note of ours. */
export function readNote(note: string): PresenceItem | null {
  const match = /^(address|multicast|unicast|group) (\S+) (\S+)$/.exec(note);
  const [, kind, value, name] = match ?? [];
  if (!kind || !value || !name) return null;
  return { kind: kind as PresenceItem["kind"], value, interface: name };
}

export interface ToolCall {
  tool: "ip" | "bridge";
  /** Arguments, as a line of `-batch`. */
  line: string;
}

/**
 * The VIP never becomes the source of the host's own traffic: IPv4 as /32 behind the address of the subnet, IPv6 as
 * deprecated; and nobody looks for duplicates, since all hosts have it.
 */
export function addCalls({ kind, value, interface: dev }: PresenceItem): ToolCall[] {
  switch (kind) {
    case "address": {
      const flags = isIpv6(value) ? "/128 nodad preferred_lft 0" : "/32";
      const [prefix = "", ...rest] = flags.split(" ");
      return [{ tool: "ip", line: ["addr add", `${value}${prefix}`, "dev", dev, ...rest].join(" ") }];
    }
    case "multicast":
      return [{ tool: "ip", line: `maddr add ${value} dev ${dev}` }];
    case "unicast":
      return [{ tool: "bridge", line: `fdb add ${value} dev ${dev} self permanent` }];
    case "group":
      // The kernel itself is the member, so that the agent's end changes nothing. Without the route datagrams to the group leave.
      return [
        { tool: "ip", line: `addr add ${value}/32 dev ${dev} autojoin` },
        { tool: "ip", line: `route del local ${value} dev ${dev} table local` },
      ];
  }
}

export function removeCalls({ kind, value, interface: dev }: PresenceItem): ToolCall[] {
  switch (kind) {
    case "address":
      return [{ tool: "ip", line: `addr del ${value}/${isIpv6(value) ? 128 : 32} dev ${dev}` }];
    case "multicast":
      return [{ tool: "ip", line: `maddr del ${value} dev ${dev}` }];
    case "unicast":
      return [{ tool: "bridge", line: `fdb del ${value} dev ${dev} self permanent` }];
    case "group":
      return [{ tool: "ip", line: `addr del ${value}/32 dev ${dev}` }];
  }
}

/**
 * Lines for `ip -batch` that make the kernel ask the segment for a VIP, although the address is its own. The question is out
 * when the first line has been carried out; the second leaves nothing in the neighbour cache, where an entry would ask nobody.
 */
export function askLines(interfaceName: string, vips: readonly string[]): string[] {
  return vips.flatMap((vip) => [
    `neigh replace ${vip} dev ${interfaceName} use`,
    `neigh del ${vip} dev ${interfaceName}`,
  ]);
}
