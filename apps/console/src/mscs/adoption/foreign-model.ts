/** A foreign pair in the shape of a pair of the snapshot, so that the same words are said of it. Pure. */
import type { ForeignPairRow } from "@bulkhead/api";
import type { MscsCluster } from "../../states/mscs-states.ts";

export type ForeignRow = ForeignPairRow;

/** Nothing is wanted of it, so nothing is missed: it has no policy, and whether it is protected is not ours to judge. */
export function asCluster({ cluster, pair, at, nodes }: ForeignRow): MscsCluster {
  return {
    name: cluster,
    engine: "adopted",
    nodes: pair.nodes.map(({ name, addresses }) => ({
      name,
      address: addresses[0] ?? "",
      secondAddress: addresses[1] ?? null,
      online: nodes.includes(name),
    })),
    witness: pair.witness === null ? null : { node: pair.witness, address: pair.witness, online: true },
    networks: [],
    groups: [],
    view: pair.view,
    viewAt: at,
    viewFrom: nodes[0] ?? null,
    protection: { isProtected: true, why: [], warnings: [] },
    drift: [],
    acts: [],
    failovers: [],
    causes: [],
    why: null,
  };
}
