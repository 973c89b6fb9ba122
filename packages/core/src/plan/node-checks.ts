/** What every node of an intent must be: enrolled, and in one cluster only. */
import type { Refusal } from "../fleet/index.ts";
import { nodeRoles } from "./facts.ts";
import { refusal } from "./refuse.ts";
import type { Intent, Inventory } from "./types.ts";

/** A node that the fleet file names must have enrolled: a policy is signed for a machine, not for a name. */
export function checkEnrolled(intent: Intent, inventory: Inventory): Refusal[] {
  const known = new Set(inventory.nodes.map(({ name }) => name));
  const missing = [...new Set(nodeRoles(intent).map(({ node }) => node))].filter((node) => !known.has(node));
  return missing.map((node) =>
    refusal("B-not-enrolled", [["node", node]], {
      message: `Node ${node} is not enrolled`,
      reason: "A policy is signed for one machine, so the machine must have enrolled under this name first.",
      cure: `Create an enrolment token for ${node} under Nodes and run the install command on the machine, or correct the name.`,
    }),
  );
}

/** No node has the same part twice: two WLBS clusters or two pairs (R1 speaks about one of each). */
export function checkOnePart(intent: Intent): Refusal[] {
  const first = new Map<string, string>();
  return nodeRoles(intent).flatMap(({ node, role, cluster }) => {
    if (role === "witness") return [];
    const key = `${role} ${node}`;
    const other = first.get(key);
    first.set(key, other ?? cluster);
    if (other === undefined || other === cluster) return [];
    const kind = role === "wlbs" ? "wlbs-cluster" : "mscs-cluster";
    return [
      refusal(
        "B-one-cluster",
        [
          ["node", node],
          [kind, other],
          [kind, cluster],
        ],
        {
          message: `Node ${node} is in ${other} and in ${cluster}`,
          reason: "A node carries out one policy, so it belongs to one cluster.",
          cure: `Remove ${node} from one of the two.`,
        },
      ),
    ];
  });
}
