/** The networks of a pair (DOMAIN 2.2): heartbeat addresses and paths (R22), roles (R23), and addresses of groups (R25). */
import { inSubnet, parseCidr, type Refusal } from "../fleet/index.ts";
import { eachPair, eachResource, type GroupPlace, resourceObjects } from "./mscs-parts.ts";
import { addressIn, linkAddress, pairNetworks, witnessAddress } from "./pair-networks.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent, Inventory, MscsIntent } from "./types.ts";
import { unusableBecause } from "./usable-address.ts";

interface Fleet {
  intent: Intent;
  inventory: Inventory;
}

/** Subnets of one pair are apart: two links in one subnet fall together with its switch (DOMAIN 2.2). */
export function checkNetworks(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { networks }) =>
    Object.entries(networks).flatMap(([name, { subnet }], index) =>
      Object.entries(networks)
        .slice(0, index)
        .filter(([, other]) => overlap(subnet, other.subnet))
        .map(([other]) =>
          refusal("R22", [["mscs-cluster", cluster]], {
            message: `Networks ${other} and ${name} of ${cluster} overlap`,
            reason: "Networks of a pair must be independent, so each has a subnet of its own (KB 176320).",
            cure: `Give ${name} another subnet, or take one of the two out.`,
          }),
        ),
    ),
  );
}

function overlap(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  if (one === null || other === null) return false;
  return inSubnet(one.address, other) || inSubnet(other.address, one);
}

/** R22: each node has an address on every link, the witness has one at all; one link alone is allowed, with a warning. */
export function checkR22(intent: Intent, inventory: Inventory): Refusal[] {
  return eachPair(intent, (cluster, pair) => [
    ...missingLinks({ intent, inventory }, cluster, pair),
    ...missingWitness({ intent, inventory }, cluster, pair),
    ...onePath(intent, inventory, cluster),
  ]);
}

function missingLinks({ intent, inventory }: Fleet, cluster: string, { nodes }: MscsIntent): Refusal[] {
  const links = pairNetworks(intent, inventory, cluster).filter(({ link }) => link !== null);
  const enrolled = nodes.filter((node) => inventory.nodes.some(({ name }) => name === node));
  if (links.length === 0) return enrolled.map((node) => addressRefusal(cluster, node, null));
  return links.flatMap(({ name, subnet, link }) =>
    enrolled
      .filter((node) => linkAddress(intent, inventory, { cluster, node, link: link ?? 0 }) === null)
      .map((node) => addressRefusal(cluster, node, `${name} (${subnet})`)),
  );
}

function missingWitness({ intent, inventory }: Fleet, cluster: string, { witness }: MscsIntent): Refusal[] {
  const isEnrolled = inventory.nodes.some(({ name }) => name === witness);
  if (witness === null || !isEnrolled) return [];
  return witnessAddress(intent, inventory, { cluster, node: witness }) === null
    ? [addressRefusal(cluster, witness, null)]
    : [];
}

function addressRefusal(cluster: string, node: string, network: string | null): Refusal {
  return refusal(
    "R22",
    [
      ["mscs-cluster", cluster],
      ["node", node],
    ],
    {
      message:
        network === null
          ? `${node} has no address that ${cluster} can use for its heartbeats`
          : `${node} has no address in network ${network} of ${cluster}`,
      reason:
        "Nodes and witness need a fixed address each in the networks of the pair; without networks in the file, in the subnet of the group addresses.",
      cure: `Configure such an address on ${node}, or correct mscs.${cluster}.networks.`,
    },
  );
}

/** A warning, because many pairs have one cable, and the witness and fencing keep even these from a split. */
function onePath(intent: Intent, inventory: Inventory, cluster: string): Refusal[] {
  const links = pairNetworks(intent, inventory, cluster).filter(({ link }) => link !== null);
  if (links.length !== 1) return [];
  return [
    warning("R22", [["mscs-cluster", cluster]], {
      message: `Pair ${cluster} has one heartbeat path only`,
      reason:
        "If that network fails, both nodes look dead to each other, and one of them is fenced although it was well (KB 176320).",
      cure: `Connect the nodes by a second network and name both under mscs.${cluster}.networks.`,
    }),
  ];
}

/** R23: heartbeats need a network that is not for clients only. */
export function checkR23(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { networks }) => {
    const roles = Object.values(networks).map(({ role }) => role);
    if (roles.length === 0 || roles.some((role) => role !== "client")) return [];
    return [
      refusal("R23", [["mscs-cluster", cluster]], {
        message: `Every network of ${cluster} is for clients only`,
        reason: "Networks for clients never carry heartbeats, so the nodes could not see each other.",
        cure: "Give one of them the role both or internal.",
      }),
    ];
  });
}

/** R25: a group address can be used by clients: it is a possible address, and its network is for clients. */
export function checkR25(intent: Intent, inventory: Inventory): Refusal[] {
  return eachResource(intent, (resource, at) => {
    if (resource.type !== "ipAddress") return [];
    const { address, prefixLength, name } = resource;
    const why = unusableBecause(`${address}/${prefixLength}`);
    if (why !== null)
      return [fits(at, name, { what: `${address} is ${why}`, cure: "Choose an address of a host." })];
    const outside = networkProblem(at, { name, address });
    return outside.length > 0 ? outside : subnetProblem({ intent, inventory }, at, resource);
  });
}

function networkProblem(at: GroupPlace, { name, address }: { name: string; address: string }): Refusal[] {
  const networks = Object.entries(at.pair.networks);
  const home = networks.find(([, { subnet }]) => {
    const cidr = parseCidr(subnet);
    return cidr !== null && inSubnet(address, cidr);
  });
  if (networks.length === 0 || (home !== undefined && home[1].role !== "internal")) return [];
  return home === undefined
    ? [
        fits(at, name, {
          what: `${address} is in no network of ${at.cluster}`,
          cure: "Name its network, too.",
        }),
      ]
    : [
        fits(at, name, {
          what: `${address} is in network ${home[0]}, which is for the nodes alone`,
          cure: `Choose an address of another network, or give ${home[0]} the role both.`,
        }),
      ];
}

function fits(at: GroupPlace, resource: string, { what, cure }: { what: string; cure: string }): Refusal {
  return refusal("R25", resourceObjects(at, resource), {
    message: `Resource ${resource} of group ${at.name}: ${what}`,
    reason: "Clients must reach the address on whichever node has it.",
    cure,
  });
}

/** A node without an address of its own in the subnet can carry it, but has no route to the neighbours there. */
function subnetProblem(
  { intent, inventory }: Fleet,
  at: GroupPlace,
  { name, address, prefixLength }: { name: string; address: string; prefixLength: number },
): Refusal[] {
  return at.pair.nodes
    .filter((node) => inventory.nodes.some((item) => item.name === node))
    .filter((node) => addressIn(intent, inventory, { node, subnet: `${address}/${prefixLength}` }) === null)
    .map((node) =>
      warning("R25", [...resourceObjects(at, name), ["node", node]], {
        message: `${node} has no address of its own in the subnet of ${address}/${prefixLength}`,
        reason: "The address comes up on an interface that does not otherwise speak to that subnet.",
        cure: `Give ${node} a fixed address there, or correct the prefix length of ${name}.`,
      }),
    );
}
