/** Validation, category network: two ways between the nodes, and addresses that are theirs and free. */
import { canonicalAddress, inSubnet, networkOf, parseCidr } from "../fleet/index.ts";
import type { InterfaceFact, NodeFacts } from "./node-facts.ts";
import type { MscsNetwork, MscsPolicy } from "./types.ts";
import {
  type Inspection,
  judged,
  notNeeded,
  passed,
  resourcesOf,
  sameOnAll,
  skipped,
  warned,
} from "./validate-facts.ts";
import type { ValidationTest } from "./validation.ts";

const subject = (id: string, title: string, node?: string) => ({
  id: `network.${id}`,
  category: "network" as const,
  title,
  ...(node === undefined ? {} : { node }),
});

export function networkTests(inspection: Inspection): ValidationTest[] {
  const { policy, known } = inspection;
  return [
    twoLinks(policy),
    distinctSubnets(policy),
    ...known.flatMap((facts) => [
      heartbeatAddresses(policy, facts),
      linksUp(policy, facts),
      fixedAddresses(facts),
      ...reachable(facts),
      clientNetworks(policy, facts),
      namesResolve(facts),
      portsFree(facts),
    ]),
    mtuEqual(inspection),
    groupAddressesFree(inspection),
  ];
}

function twoLinks({ networks }: MscsPolicy): ValidationTest {
  const links = networks.filter(({ link }) => link !== null);
  const it = subject("two-links", "Two networks carry heartbeats");
  if (links.length > 1) return passed(it, links.map(({ name }) => name).join(" and "));
  return warned(
    it,
    "The nodes hear each other on one network only: its cable or switch is a single point of failure.",
    "Give both nodes a second network card, and name it as a second network in the fleet file.",
  );
}

function distinctSubnets({ networks }: MscsPolicy): ValidationTest {
  const cidrs = networks.map(({ name, subnet }) => ({ name, cidr: parseCidr(subnet) }));
  const faults = cidrs.flatMap(({ name, cidr }, index) =>
    cidrs
      .slice(0, index)
      .filter((other) => cidr !== null && other.cidr !== null && overlap(cidr, other.cidr))
      .map((other) => `${other.name} and ${name} overlap: the kernel would send both out of one card.`),
  );
  return judged(subject("subnets", "The networks have different subnets"), faults, {
    fine: networks.map(({ name, subnet }) => `${name} ${subnet}`).join(", ") || "one network",
    cure: "Give each network a subnet of its own.",
  });
}

type Cidr = NonNullable<ReturnType<typeof parseCidr>>;

function overlap(a: Cidr, b: Cidr): boolean {
  return inSubnet(networkOf(a).address, b) || inSubnet(networkOf(b).address, a);
}

/** The interface that holds an address; undefined = none does. */
function holderOf({ interfaces }: NodeFacts, address: string): InterfaceFact | undefined {
  const wanted = canonicalAddress(address);
  return interfaces.find((card) => card.addresses.some((held) => canonicalAddress(held.address) === wanted));
}

function heartbeatsOf(policy: MscsPolicy, { node }: NodeFacts): string[] {
  const item = policy.nodes.find((one) => one.node === node);
  return item ? [item.address, item.secondAddress].filter((address) => address !== null) : [];
}

function heartbeatAddresses(policy: MscsPolicy, facts: NodeFacts): ValidationTest {
  const addresses = heartbeatsOf(policy, facts);
  const faults = addresses
    .filter((address) => !holderOf(facts, address))
    .map((address) => `${address} is on no network card of ${facts.node}.`);
  return judged(subject("addresses", "The node holds its heartbeat addresses", facts.node), faults, {
    fine: addresses.map((address) => `${address} on ${holderOf(facts, address)?.name}`).join(", "),
    cure: "Configure the address on the node, or correct it in the fleet file.",
  });
}

function linksUp(policy: MscsPolicy, facts: NodeFacts): ValidationTest {
  const cards = heartbeatsOf(policy, facts).flatMap((address) => holderOf(facts, address) ?? []);
  const faults = cards.filter(({ isUp }) => !isUp).map(({ name }) => `${name} is down or has no cable.`);
  const shared = cards.length > 1 && new Set(cards.map(({ name }) => name)).size === 1;
  const all = shared
    ? [...faults, `Both links run over ${cards[0]?.name}: one card, one point of failure.`]
    : faults;
  return judged(subject("cards", "The network cards of the links are up and different", facts.node), all, {
    fine: cards.map(({ name }) => name).join(", ") || "none found",
    cure: "Plug in and bring up the card, and put each link on a card of its own.",
  });
}

function fixedAddresses({ node, interfaces }: NodeFacts): ValidationTest {
  const it = subject("fixed", "The addresses are fixed", node);
  const leased = interfaces.flatMap(({ name, addresses }) =>
    addresses.filter(({ isDynamic }) => isDynamic).map(({ address }) => `${address} on ${name}`),
  );
  if (leased.length === 0) return passed(it, "No address was given by DHCP.");
  return warned(
    it,
    `Given by DHCP or a router: ${leased.join(", ")}.`,
    "Configure fixed addresses: a pair must not depend on a DHCP server.",
  );
}

function reachable({ node, peers }: NodeFacts): ValidationTest[] {
  if (peers.length === 0)
    return [skipped(subject("reachable", "The peer is reachable", node), "No network was tried.")];
  return peers.map(({ network, address, isReachable, roundTripMs, isFullSizeHeard }) => {
    const it = subject(`reachable.${network}`, `The peer is reachable on network ${network}`, node);
    const cure = "Check cable, switch, VLAN and firewall between the nodes on this network.";
    if (!isReachable) return judged(it, [`${address} does not answer.`], { fine: "", cure });
    const time = roundTripMs === null ? "" : ` in ${roundTripMs.toFixed(1)} ms`;
    if (isFullSizeHeard === false)
      return warned(
        it,
        `${address} answers${time}, but not to packets of the full size.`,
        "Set the same MTU on both cards and on every switch between them.",
      );
    return passed(it, `${address} answers${time}.`);
  });
}

function mtuEqual(inspection: Inspection): ValidationTest {
  const { policy } = inspection;
  return sameOnAll(subject("mtu", "Same MTU at both ends of each link"), inspection, {
    of: (facts) =>
      heartbeatsOf(policy, facts)
        .map((address, index) => `link ${index}: ${holderOf(facts, address)?.mtu ?? "unknown"}`)
        .join(", "),
    cure: "Set the same MTU on both network cards of a link.",
  });
}

/** Clients reach a group by a network that both nodes have. */
function clientNetworks(policy: MscsPolicy, facts: NodeFacts): ValidationTest {
  const faults = resourcesOf(policy).flatMap(({ full, resource }) => {
    if (resource.type !== "ipAddress") return [];
    const card = facts.interfaces.find(({ name }) => name === resource.interface);
    if (!card) return [`${full}: ${facts.node} has no network card ${resource.interface}.`];
    const isThere = card.addresses.some((held) => inSubnet(resource.address, held));
    const where = networkFor(policy.networks, resource.address);
    return isThere || where !== null
      ? []
      : [`${full}: ${resource.address} is in no subnet of ${resource.interface}.`];
  });
  return judged(subject("clients", "Group addresses fit the network cards", facts.node), faults, {
    fine: "Every group address has a card and a subnet on this node.",
    cure: "Name the right interface and subnet in the fleet file, or configure the card on the node.",
  });
}

function networkFor(networks: readonly MscsNetwork[], address: string): string | null {
  const found = networks.find(({ subnet }) => {
    const cidr = parseCidr(subnet);
    return cidr !== null && inSubnet(address, cidr);
  });
  return found?.name ?? null;
}

function groupAddressesFree({ known, policy }: Inspection): ValidationTest {
  const it = subject("group-addresses", "The group addresses are free, or held by the pair");
  const facts = known.flatMap(({ groupAddresses }) => groupAddresses);
  if (!resourcesOf(policy).some(({ resource }) => resource.type === "ipAddress"))
    return notNeeded(it, "No group has an address.");
  if (facts.length === 0) return skipped(it, "No node could look for them.");
  const own = new Set(
    facts.filter(({ heldBy }) => heldBy === "self").map(({ address }) => canonicalAddress(address)),
  );
  const faults = facts
    .filter(({ heldBy, address }) => heldBy === "other" && !own.has(canonicalAddress(address)))
    .map(({ address, where }) => `${address} is used by another machine (${where ?? "unknown"}).`);
  return judged(it, [...new Set(faults)], {
    fine: [...new Set(facts.map(({ address }) => address))].join(", "),
    cure: "Give the resource an address that nobody uses, or take it away from the other machine.",
  });
}

function namesResolve({ node, names }: NodeFacts): ValidationTest {
  const it = subject("names", "The names of the pair resolve", node);
  const lost = names.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
  if (lost.length === 0)
    return passed(it, names.map(({ name, addresses }) => `${name} ${addresses.join(" ")}`).join(", "));
  return warned(
    it,
    `Not resolved: ${lost.join(", ")}. The engine works with addresses; tools and people with names.`,
    "Add the names to /etc/hosts of both nodes, or to the DNS.",
  );
}

/** A running engine, and what a group runs, hold their ports rightly. */
function portsFree({ node, ports, runningPair }: NodeFacts): ValidationTest {
  const it = subject("ports", "The ports of the engine and of the groups are free", node);
  const taken = ports.filter(({ heldBy }) => heldBy !== null);
  if (runningPair !== null) return passed(it, `The engine of ${runningPair} runs and holds its ports.`);
  return judged(
    it,
    taken.map(({ port, protocol, heldBy }) => `${protocol} ${port} is held by ${heldBy}.`),
    {
      fine: ports.map(({ port, protocol }) => `${protocol} ${port}`).join(", "),
      cure: "Stop what holds the port, and keep it from starting at boot.",
    },
  );
}
