/** From an intent that the guard let through to the policy of each node: nothing is left to decide for the node. */
import {
  fromFormer,
  fromFormerMscs,
  isFormer,
  isFormerMscs,
  type ServedPair,
  type WitnessPolicy,
} from "../fleet/index.ts";
import { type MscsPolicy, orderByDependency } from "../mscs/index.ts";
import { floatingAddresses, virtualIps } from "./facts.ts";
import { linkAddress, pairNetworks, witnessAddress } from "./pair-networks.ts";
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
    const policy = mscsPolicy(cluster, mscs, { intent, inventory });
    for (const node of mscs.nodes) policies.set(node, { service: "mscs", mscs: policy, wall });
    if (policy.witness === null) continue;
    const { node, address } = policy.witness;
    const witness = withPair(policies.get(node), { cluster, address });
    policies.set(node, { service: "witness", witness, wall });
  }
  return Object.fromEntries([...policies].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One witness may serve several pairs. */
function withPair(present: NodePolicy | undefined, pair: ServedPair): WitnessPolicy {
  if (present?.service !== "witness") return pair;
  const { others = [], ...first } = present.witness;
  return { ...first, others: [...others, pair] };
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
    nodes.flatMap((node) => [
      { cluster, node, link: 0 as const },
      { cluster, node, link: 1 as const },
    ]),
  );
  const nodeAddresses = members.flatMap((at) => {
    const address = linkAddress(intent, inventory, at);
    return address === null ? [] : [{ address, owner: `node ${at.node}` }];
  });
  const witnesses = Object.entries(intent.mscs).flatMap(([cluster, { witness }]) => {
    const address = witness === null ? null : witnessAddress(intent, inventory, { cluster, node: witness });
    return address === null ? [] : [{ address, owner: `witness ${witness}` }];
  });
  return {
    vips: virtualIps(intent),
    mscsAddresses: [
      ...floatingAddresses(intent).map(({ address, owner }) => ({ address, owner })),
      ...nodeAddresses,
      ...witnesses,
    ],
  };
}

function mscsPolicy(
  cluster: string,
  mscs: MscsIntent,
  { intent, inventory }: { intent: Intent; inventory: Inventory },
): MscsPolicy {
  const [first, second] = mscs.nodes;
  if (first === undefined || second === undefined)
    throw new Error(`the guard let a pair with ${mscs.nodes.length} nodes through`);
  const member = (node: string, nodeId: number) => ({
    node,
    nodeId,
    address: linkAddress(intent, inventory, { cluster, node, link: 0 }) ?? "",
    secondAddress: linkAddress(intent, inventory, { cluster, node, link: 1 }),
  });
  return {
    cluster,
    engine: mscs.engine,
    nodes: [member(first, 1), member(second, 2)],
    networks: pairNetworks(intent, inventory, cluster),
    witness: witnessPolicy(cluster, mscs.witness, { intent, inventory }),
    fencing: mscs.fencing,
    tokenMs: mscs.tokenMs,
    groups: Object.entries(mscs.groups).map(([name, group]) => ({
      name,
      ...group,
      resources: orderByDependency(name, group.resources).ordered,
    })),
  };
}

function witnessPolicy(
  cluster: string,
  node: string | null,
  { intent, inventory }: { intent: Intent; inventory: Inventory },
): MscsPolicy["witness"] {
  if (node === null) return null;
  return { node, address: witnessAddress(intent, inventory, { cluster, node }) ?? "" };
}
