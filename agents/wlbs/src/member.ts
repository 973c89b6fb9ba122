/** Which host of a policy a node is. */
import type { ClusterHost, WlbsPolicy } from "@bulkhead/core/wlbs";

/** Throws, naming both, when the policy does not name the node. */
export function memberOf(policy: WlbsPolicy, node: string): ClusterHost {
  const me = policy.hosts.find((host) => host.node === node);
  if (!me) throw new Error(`The policy of cluster ${policy.cluster} does not name ${node}.`);
  return me;
}
