/** From an intent that the guard let through to the policy of each node: nothing is left to decide for the node. */
import { fromFormer, fromFormerMscs, inSubnet, isFormer, isFormerMscs, isIpv4 } from "../fleet/index.ts";
import { type MscsPolicy, orderByDependency } from "../mscs/index.ts";
import { fixedAddresses, floatingAddresses, virtualIps } from "./facts.ts";
import type { Intent, Inventory, MscsIntent, NodePolicy, Wall } from "./types.ts";
import { compileWlbs } from "./wlbs-policy.ts";

/** Policies by node name, names in sorted order. Nodes that intent does not name are not in it. */
export function compilePolicies(intent: Intent, inventory: Inventory): Record<string, NodePolicy> {
  const wall = wallOf(intent, inventory);
  const policies = new Map<string, NodePolicy>();
  for (const [cluster, wlbs] of Object.entries(intent.wlbs)) {
    const policy = compileWlbs(cluster, wlbs);
    for (const node of Object.keys(wlbs.hosts)) policies.set(node, { service: "wlbs", wlbs: policy, wall });
  }
  for (const [cluster, mscs] of Object.entries(intent.mscs)) {
    const policy = mscsPolicy(
      cluster,
      mscs,
      (node) => heartbeatAddress(intent, inventory, { cluster, node }) ?? "",
    );
    for (const node of mscs.nodes) policies.set(node, { service: "mscs", mscs: policy, wall });
    if (policy.witness !== null) {
      const { node, address } = policy.witness;
      policies.set(node, { service: "witness", witness: { cluster, address }, wall });
    }
  }
  return Object.fromEntries([...policies].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A policy of an earlier plan in the present form, so that it can be compared. */
export function presentPolicy(policy: NodePolicy): NodePolicy {
  if (policy.service === "wlbs" && isFormer(policy.wlbs)) return { ...policy, wlbs: fromFormer(policy.wlbs) };
  if (policy.service === "mscs" && isFormerMscs(policy.mscs))
    return { ...policy, mscs: fromFormerMscs(policy.mscs) };
  return policy;
}

/** Both sides of the wall, for every bundle. */
export function wallOf(intent: Intent, inventory: Inventory): Wall {
  const members = Object.entries(intent.mscs).flatMap(([cluster, { nodes }]) =>
    nodes.map((node) => ({ cluster, node })),
  );
  const nodeAddresses = members.flatMap(({ cluster, node }) => {
    const address = heartbeatAddress(intent, inventory, { cluster, node });
    return address === null ? [] : [{ address, owner: `node ${node}` }];
  });
  return {
    vips: virtualIps(intent),
    mscsAddresses: [
      ...floatingAddresses(intent).map(({ address, owner }) => ({ address, owner })),
      ...nodeAddresses,
    ],
  };
}

/**
 * The fixed IPv4 address that a node of a pair, or its witness, uses for heartbeats: the first one in the subnet of a
 * group address of the pair; without group addresses the first one at all. Null if there is none.
 */
export function heartbeatAddress(
  intent: Intent,
  inventory: Inventory,
  at: { cluster: string; node: string },
): string | null {
  const node = inventory.nodes.find(({ name }) => name === at.node);
  const pair = intent.mscs[at.cluster];
  if (node === undefined || pair === undefined) return null;
  const candidates = fixedAddresses(intent, node)
    .map(({ address }) => address)
    .filter(isIpv4);
  const subnets = Object.values(pair.groups).flatMap(({ resources }) =>
    resources.filter((resource) => resource.type === "ipAddress"),
  );
  if (subnets.length === 0) return candidates[0] ?? null;
  return candidates.find((address) => subnets.some((subnet) => inSubnet(address, subnet))) ?? null;
}

function mscsPolicy(cluster: string, mscs: MscsIntent, addressOf: (node: string) => string): MscsPolicy {
  const [first, second] = mscs.nodes;
  if (first === undefined || second === undefined)
    throw new Error(`the guard let a pair with ${mscs.nodes.length} nodes through`);
  return {
    cluster,
    nodes: [
      { node: first, nodeId: 1, address: addressOf(first), secondAddress: null },
      { node: second, nodeId: 2, address: addressOf(second), secondAddress: null },
    ],
    engine: "made",
    networks: [],
    witness: mscs.witness === null ? null : { node: mscs.witness, address: addressOf(mscs.witness) },
    fencing: mscs.fencing,
    tokenMs: mscs.tokenMs,
    groups: Object.entries(mscs.groups).map(([name, group]) => ({
      name,
      ...group,
      resources: orderByDependency(name, group.resources).ordered,
    })),
  };
}
