/**
 * In which order the nodes of a deployment get their bundles. Pure. Lanes run side by side, waves of a lane one
 * after the other: releases before all else; per pair the witness, then the nodes; per WLBS cluster one canary
 * host, then the rest. A witness of several pairs stands in the lane of each: it gets its bundle once, and all wait for it.
 */
import { servedPairs } from "@bulkhead/core/fleet";
import type { NodePolicy, Plan } from "@bulkhead/core/plan";

export interface Wave {
  nodes: string[];
  service: NodePolicy["service"];
  /** Time for the nodes to take the bundle, and then for their status to be healthy. */
  acceptWithinMs: number;
  healthyWithinMs: number;
  /** A new pair starts together: a lone node would fence the peer it has never seen. */
  needsAllOnline: boolean;
}

export interface Lane {
  title: string;
  waves: Wave[];
}

export interface Order {
  releases: Wave | null;
  lanes: Lane[];
}

/** What is known of the nodes now. */
export interface Sight {
  /** Picks the canary among hosts that can answer. */
  isOnline(node: string): boolean;
  /** The node reports an engine that answers. What a plan says of a node may never have been carried out there. */
  hasEngine(node: string): boolean;
}

/** `nodes`: those that have a bundle in this deployment. */
export function orderOf(plan: Plan, nodes: readonly string[], sight: Sight): Order {
  const chosen = nodes.flatMap((node) => {
    const policy = plan.policies[node];
    return policy ? [{ node, policy }] : [];
  });
  const released = chosen.filter(({ policy }) => policy.service === "none").map(({ node }) => node);
  return {
    releases: released.length > 0 ? wave("none", released) : null,
    lanes: [...pairLanes(plan, chosen, sight), ...wlbsLanes(chosen, sight)],
  };
}

interface Chosen {
  node: string;
  policy: NodePolicy;
}

const limits = {
  none: { acceptWithinMs: 60_000, healthyWithinMs: 0 },
  witness: { acceptWithinMs: 60_000, healthyWithinMs: 0 },
  mscs: { acceptWithinMs: 180_000, healthyWithinMs: 180_000 },
  wlbs: { acceptWithinMs: 30_000, healthyWithinMs: 30_000 },
} as const;

function wave(service: NodePolicy["service"], nodes: string[], needsAllOnline = false): Wave {
  return { nodes, service, ...limits[service], needsAllOnline };
}

function pairLanes(plan: Plan, chosen: readonly Chosen[], { hasEngine }: Sight): Lane[] {
  const clusters = new Set(
    chosen.flatMap(({ policy }) =>
      policy.service === "mscs"
        ? [policy.mscs.cluster]
        : policy.service === "witness"
          ? servedPairs(policy.witness).map((pair) => pair.cluster)
          : [],
    ),
  );
  return [...clusters].sort().map((cluster) => {
    const witnesses = chosen.filter(
      ({ policy }) =>
        policy.service === "witness" && servedPairs(policy.witness).some((pair) => pair.cluster === cluster),
    );
    const nodes = chosen.filter(({ policy }) => policy.service === "mscs" && policy.mscs.cluster === cluster);
    const names = nodes.map(({ node }) => node);
    const isNew = names.every(
      (name) =>
        !hasEngine(name) || plan.changes.some(({ node, before }) => node === name && before !== "mscs"),
    );
    const nodeWaves = isNew ? [wave("mscs", names, true)] : names.map((name) => wave("mscs", [name]));
    const witnessWaves =
      witnesses.length > 0
        ? [
            wave(
              "witness",
              witnesses.map(({ node }) => node),
            ),
          ]
        : [];
    return {
      title: `MSCS pair ${cluster}`,
      waves: [...witnessWaves, ...(names.length > 0 ? nodeWaves : [])],
    };
  });
}

function wlbsLanes(chosen: readonly Chosen[], { isOnline }: Sight): Lane[] {
  const clusters = new Map<string, string[]>();
  for (const { node, policy } of chosen) {
    if (policy.service !== "wlbs") continue;
    clusters.set(policy.wlbs.cluster, [...(clusters.get(policy.wlbs.cluster) ?? []), node]);
  }
  return [...clusters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cluster, nodes]) => {
      const canary = nodes.find(isOnline) ?? nodes[0] ?? "";
      const rest = nodes.filter((node) => node !== canary);
      return {
        title: `WLBS cluster ${cluster}`,
        waves: [wave("wlbs", [canary]), ...(rest.length > 0 ? [wave("wlbs", rest)] : [])],
      };
    });
}
