/**
 * The networks of a pair in MSCS words (DOMAIN 2.1, 2.2), from what one node can tell: which of its own addresses are
 * on an interface that works, and on which links it hears the other node.
 */
import { inSubnet, parseCidr } from "../fleet/index.ts";
import type { MscsNetwork, MscsPolicy } from "./types.ts";
import type { ClusterView, InterfaceState, NetworkState, NetworkView } from "./view.ts";

/** What a node knows of its links and addresses. */
export interface LinkFacts {
  /** The node that tells. */
  node: string;
  /** By Corosync's link number: whether the other node is heard on it. Empty = Corosync does not say. */
  links: readonly { link: number; isConnected: boolean }[];
  /** Addresses on interfaces of this node that are up and have a carrier. */
  addresses: readonly string[];
  /** False = the other node is no member, so that its silence says nothing of a network. Null = not known. */
  isPeerMember: boolean | null;
}

/** One row for each network of the policy. */
export function networksOf(policy: MscsPolicy, facts: LinkFacts): NetworkView[] {
  return policy.networks.map((network) => networkView(policy, network, facts));
}

function networkView(policy: MscsPolicy, network: MscsNetwork, facts: LinkFacts): NetworkView {
  const own = ownInterface(policy, network, facts);
  const isHeard = facts.links.find(({ link }) => link === network.link)?.isConnected ?? null;
  const interfaces = policy.nodes.map((node) => ({
    node: node.node,
    address:
      (network.link === 1 ? node.secondAddress : network.link === 0 ? node.address : null) ?? network.subnet,
    state: node.node === facts.node ? own : peerInterface(own, isHeard, facts.isPeerMember),
  }));
  return {
    name: network.name,
    role: network.role,
    state: networkState(own, isHeard, facts.isPeerMember),
    interfaces,
  };
}

/** A network without heartbeats has no address of its own in the policy: any address inside its subnet will do. */
function ownInterface(policy: MscsPolicy, network: MscsNetwork, facts: LinkFacts): InterfaceState {
  const member = policy.nodes.find(({ node }) => node === facts.node);
  if (member === undefined) return "unknown";
  if (network.link === null) return facts.addresses.some((item) => isWithin(item, network)) ? "up" : "failed";
  const address = network.link === 1 ? member.secondAddress : member.address;
  if (address === null) return "unavailable";
  return facts.addresses.includes(address) ? "up" : "failed";
}

function isWithin(address: string, { subnet }: MscsNetwork): boolean {
  const cidr = parseCidr(subnet);
  return cidr !== null && inSubnet(address, cidr);
}

function peerInterface(
  own: InterfaceState,
  isHeard: boolean | null,
  isPeerMember: boolean | null,
): InterfaceState {
  if (isHeard === true) return "up";
  if (isHeard === null || isPeerMember === null || own !== "up") return "unknown";
  return isPeerMember ? "unreachable" : "unavailable";
}

/** With the other node away nobody can be heard: then a network is as well as this node's own interface. */
function networkState(
  own: InterfaceState,
  isHeard: boolean | null,
  isPeerMember: boolean | null,
): NetworkState {
  if (isHeard === true) return "up";
  if (own === "failed") return "down";
  if (own === "unavailable") return "unavailable";
  if (own === "unknown" || isPeerMember === null) return "unknown";
  if (!isPeerMember) return "up";
  return isHeard === null ? "unknown" : "partitioned";
}

/** What a node says. */
export interface Sighting {
  node: string;
  view: ClusterView;
}

/**
 * The networks as both nodes see them, the same in whatever order they are given: of each interface its own node knows best,
 * and a network on which either hears the other is up.
 */
export function mergeNetworks(a: Sighting, b: Sighting): NetworkView[] {
  return a.view.networks.map((network) => {
    const other = b.view.networks.find(({ name }) => name === network.name);
    if (other === undefined) return network;
    const interfaces = network.interfaces.map((item) => {
      const theirs = other.interfaces.find(({ node }) => node === item.node);
      const isTheirOwn = item.node === b.node && item.node !== a.node;
      return theirs !== undefined && (isTheirOwn || item.state === "unknown") && theirs.state !== "unknown"
        ? theirs
        : item;
    });
    const said = [network.state, other.state];
    return { ...network, state: mergedState(said, interfaces), interfaces };
  });
}

/**
 * One node alone tells a network as down when its own interface is gone. Together they know whether it is gone for both; if it is not,
 * that is a partition. A network without heartbeats is as well as its interfaces.
 */
function mergedState(said: readonly NetworkState[], interfaces: NetworkView["interfaces"]): NetworkState {
  if (said.includes("up")) return "up";
  if (said.includes("partitioned")) return "partitioned";
  const failed = interfaces.filter(({ state }) => state === "failed");
  if (failed.length > 0) return failed.length === interfaces.length ? "down" : "partitioned";
  if (interfaces.every(({ state }) => state === "up")) return "up";
  return said.find((state) => state !== "unknown") ?? "unknown";
}
