/**
 * The node's own guard, the fourth of the five places that hold the wall: every bundle passes it, whether
 * it came over the link or from a file, and however well it is signed. Pure, and plain in its parameters,
 * because the fleet folder knows neither plan nor protocol; `BundlePayload` fits `OfferedBundle` as it is.
 */
import { canonicalAddress } from "./addresses.ts";
import type { Refusal } from "./refusal.ts";
import { r1BothServices, r3BothDaemons, r4AddressIsVip, r5AddressTaken } from "./rules.ts";
import type { Service } from "./service.ts";
import { servedPairs, type WitnessPolicy } from "./witness-policy.ts";

/** Both sides of the wall as a bundle carries them. */
export interface OfferedWall {
  vips: readonly { address: string; cluster: string }[];
  mscsAddresses: readonly { address: string; owner: string }[];
}

interface OfferedResource {
  name: string;
  type: string;
  address?: string;
}

export type OfferedPolicy = { wall: OfferedWall } & (
  | {
      service: "wlbs";
      wlbs: {
        cluster: string;
        vips: readonly { address: string }[];
        hosts: readonly { node: string; dedicatedIp: string }[];
      };
    }
  | {
      service: "mscs";
      mscs: {
        cluster: string;
        nodes: readonly { node: string; address: string; secondAddress?: string | null }[];
        witness: { node: string; address: string } | null;
        groups: readonly { name: string; resources: readonly OfferedResource[] }[];
      };
    }
  | { service: "witness"; witness: WitnessPolicy }
  | { service: "none" }
);

export interface OfferedBundle {
  node: string;
  machineId: string;
  generation: number;
  policy: OfferedPolicy;
}

export interface BundleGuardInput {
  offered: OfferedBundle;
  offeredDigest: string;
  self: { node: string; machineId: string };
  /** What the node is, from its ledger; a half-done attempt counts. Null: no service. */
  latched: { service: Service | "witness"; cluster: string } | null;
  /** Of the last accepted bundle; 0 and null when there was none. */
  lastGeneration: number;
  lastDigest: string | null;
  /** Engine daemons seen enabled or running on the machine, whoever started them. */
  servicesSeen: readonly Service[];
  /** Wall of the last accepted bundle. */
  knownWall: OfferedWall | null;
}

/** Null: the bundle may be carried out. Otherwise the first rule that speaks against it. */
export function refuseBundle(input: BundleGuardInput): Refusal | null {
  return (
    refuseOtherMachine(input) ??
    refuseOldBundle(input) ??
    refuseOtherService(input) ??
    refuseBothDaemons(input) ??
    refuseSharedVip(input) ??
    refuseTakenAddress(input)
  );
}

/** The bundle must be for this node on this machine, and its policy must give the node a place. */
function refuseOtherMachine({ offered, self }: BundleGuardInput): Refusal | null {
  if (offered.node !== self.node || offered.machineId !== self.machineId) {
    return bundleRefusal("B-bundle-machine", offered, {
      message: `Bundle ${offered.generation} is for node ${offered.node} on machine ${offered.machineId}, this is ${self.node} on ${self.machineId}`,
      reason: "One bundle is for one machine; machines are told apart by /etc/machine-id, not by name.",
      cure: "Take the bundle to its own node. If this machine was cloned or reinstalled, enrol it again.",
    });
  }
  if (placesNode(offered.policy, self.node)) return null;
  return bundleRefusal("B-bundle-machine", offered, {
    message: `Bundle ${offered.generation} makes node ${self.node} a part of a cluster that does not list it`,
    reason: "A node that its cluster does not know would have no host ID or node ID to act under.",
    cure: "Plan and apply the fleet again; report this if it comes back.",
  });
}

function placesNode(policy: OfferedPolicy, node: string): boolean {
  if (policy.service === "wlbs") return policy.wlbs.hosts.some((host) => host.node === node);
  if (policy.service === "mscs") return policy.mscs.nodes.some((member) => member.node === node);
  return true;
}

/** Rollback and replay: older generations, and other content under the present number. */
function refuseOldBundle(input: BundleGuardInput): Refusal | null {
  const { offered, lastGeneration, lastDigest } = input;
  const isOlder = offered.generation < lastGeneration;
  const isOther =
    offered.generation === lastGeneration && lastDigest !== null && input.offeredDigest !== lastDigest;
  if (!isOlder && !isOther) return null;
  return bundleRefusal("B-bundle-old", offered, {
    message: isOlder
      ? `Bundle ${offered.generation} for node ${offered.node} is older than bundle ${lastGeneration}, which the node has`
      : `Bundle ${offered.generation} for node ${offered.node} has another content than the bundle ${lastGeneration} that the node has`,
    reason: "A node never goes back, so that a kept or stolen bundle cannot undo what was applied since.",
    cure: "Apply the wanted fleet again: the controller then makes a bundle with a new generation.",
  });
}

/** R1, and its like for a witness. A node changes its service only by way of none. */
function refuseOtherService({ offered, latched }: BundleGuardInput): Refusal | null {
  const { policy, node } = offered;
  if (latched === null || policy.service === "none" || policy.service === latched.service) return null;
  if (policy.service === "wlbs" && latched.service === "mscs")
    return r1BothServices({ node, wlbsCluster: policy.wlbs.cluster, mscsCluster: latched.cluster });
  if (policy.service === "mscs" && latched.service === "wlbs")
    return r1BothServices({ node, wlbsCluster: latched.cluster, mscsCluster: policy.mscs.cluster });
  return bundleRefusal("B-bundle-service", offered, {
    message: `Node ${node} is ${roleText(latched.service)} of ${latched.cluster} and cannot become ${roleText(policy.service)} in one step`,
    reason: "A node has one role at a time; the next one begins where nothing of the former is left.",
    cure: `Release ${node} from ${latched.cluster} first, apply that, then give it the new role.`,
  });
}

function roleText(service: Service | "witness"): string {
  return { wlbs: "a WLBS host", mscs: "an MSCS node", witness: "the witness" }[service];
}

function refuseBothDaemons({ offered, servicesSeen }: BundleGuardInput): Refusal | null {
  const { service } = offered.policy;
  if (service === "none" || service === "witness") return null;
  const seen = servicesSeen.find((other) => other !== service);
  return seen === undefined ? null : r3BothDaemons({ node: offered.node, service, seen });
}

/** R4 over everything that the node has ever been told: the policy, the wall offered, the wall known. */
function refuseSharedVip({ offered, knownWall }: BundleGuardInput): Refusal | null {
  const { policy } = offered;
  if (policy.service === "none") return null;
  const offeredSides = bothSides(policy, [policy.wall]);
  const fresh = firstShared(offeredSides);
  if (fresh !== null) return r4AddressIsVip(fresh);
  if (knownWall === null) return null;
  // What the node was told before counts against what this bundle gives to the node itself, and only that:
  // an address that moved between two other clusters is not its business.
  const own = bothSides(policy, []);
  const stale =
    firstShared({ vips: knownWall.vips, owned: own.owned }) ??
    firstShared({ vips: own.vips, owned: knownWall.mscsAddresses });
  if (stale === null) return null;
  const refusal = r4AddressIsVip(stale);
  return {
    ...refusal,
    cure: `${refusal.cure} If the address has been given up on the other side, apply that change alone first, and this one after it.`,
  };
}

interface Sides {
  vips: readonly { address: string; cluster: string }[];
  owned: readonly { address: string; owner: string }[];
}

function bothSides(policy: OfferedPolicy, walls: readonly OfferedWall[]): Sides {
  const ownVips =
    policy.service === "wlbs"
      ? policy.wlbs.vips.map(({ address }) => ({ address, cluster: policy.wlbs.cluster }))
      : [];
  return {
    vips: [...ownVips, ...walls.flatMap((wall) => wall.vips)],
    owned: [...ownAddresses(policy), ...walls.flatMap((wall) => wall.mscsAddresses)],
  };
}

/** Every address on the MSCS side that the policy itself speaks of, floating or not. */
function ownAddresses(policy: OfferedPolicy): { address: string; owner: string }[] {
  if (policy.service === "witness")
    return servedPairs(policy.witness).map(({ cluster, address }) => ({
      address,
      owner: `witness of ${cluster}`,
    }));
  if (policy.service !== "mscs") return [];
  const { nodes, witness } = policy.mscs;
  return [
    ...floatingAddresses(policy),
    ...nodes.flatMap(nodeAddresses),
    ...(witness === null ? [] : [{ address: witness.address, owner: `witness ${witness.node}` }]),
  ];
}

/** On the first link, and on the second where there is one. */
function nodeAddresses(node: { node: string; address: string; secondAddress?: string | null }) {
  const owner = `node ${node.node}`;
  const second = node.secondAddress ?? null;
  return [{ address: node.address, owner }, ...(second === null ? [] : [{ address: second, owner }])];
}

function floatingAddresses(policy: OfferedPolicy): { address: string; owner: string }[] {
  if (policy.service !== "mscs") return [];
  return policy.mscs.groups.flatMap((group) =>
    group.resources.flatMap(({ name, type, address }) =>
      type === "ipAddress" && address !== undefined
        ? [{ address, owner: `resource ${name} of group ${group.name} in ${policy.mscs.cluster}` }]
        : [],
    ),
  );
}

function firstShared({ vips, owned }: Sides): { address: string; owner: string; cluster: string } | null {
  for (const { address, owner } of owned) {
    const vip = vips.find((candidate) => sameAddress(candidate.address, address));
    if (vip !== undefined) return { address, owner, cluster: vip.cluster };
  }
  return null;
}

/** R5 as far as a node can see it: its cluster's dedicated addresses, its pair's own ones, and the wall. */
function refuseTakenAddress({ offered }: BundleGuardInput): Refusal | null {
  const { policy } = offered;
  if (policy.service === "none") return null;
  const floating = floatingAddresses(policy);
  for (const [index, { address, owner }] of floating.entries()) {
    const earlier = floating.slice(0, index).find((other) => sameAddress(other.address, address));
    const taken = earlier?.owner ?? staticOwner(policy, address);
    if (taken !== null) return r5AddressTaken({ address, owner, otherOwner: taken });
  }
  if (policy.service !== "wlbs") return null;
  for (const { node, dedicatedIp } of policy.wlbs.hosts) {
    const clash = policy.wall.mscsAddresses.find(({ address }) => sameAddress(address, dedicatedIp));
    if (clash !== undefined) return r5AddressTaken({ ...clash, otherOwner: `host ${node} (dedicated IP)` });
  }
  return null;
}

function staticOwner(policy: OfferedPolicy, address: string): string | null {
  if (policy.service !== "mscs") return null;
  const { nodes, witness } = policy.mscs;
  const member = nodes.flatMap(nodeAddresses).find((taken) => sameAddress(taken.address, address));
  if (member !== undefined) return member.owner;
  return witness !== null && sameAddress(witness.address, address) ? `witness ${witness.node}` : null;
}

/** Addresses that cannot be read are compared as they stand. */
function sameAddress(a: string, b: string): boolean {
  return (canonicalAddress(a) ?? a) === (canonicalAddress(b) ?? b);
}

function bundleRefusal(
  rule: string,
  offered: OfferedBundle,
  text: { message: string; reason: string; cure: string },
): Refusal {
  return {
    rule,
    severity: "error",
    objects: [
      { kind: "node", name: offered.node },
      { kind: "bundle", name: String(offered.generation) },
    ],
    ...text,
  };
}
