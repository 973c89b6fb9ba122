/**
 * Connections of this host, sorted by port rule and bucket: what drains wait for.
 */
import type { Connection } from "../engine.ts";
import { bucketOf } from "../hash/bucket.ts";
import type { PlaneRule, PortRule } from "../types.ts";
import { ruleFor } from "./match.ts";

export interface SortedConnections {
  /** All of them, those without a rule included. */
  open: number;
  /** One row per rule, in the order of `rules`; buckets ascending, each once. */
  rules: { name: string; open: number; buckets: number[] }[];
}

/** `seed` is the policy's `hashSeed`. */
export function sortConnections(
  rules: readonly (PortRule | PlaneRule)[],
  connections: readonly Connection[],
  seed: number,
): SortedConnections {
  const rows = new Map(rules.map(({ name }) => [name, { open: 0, buckets: new Set<number>() }]));
  for (const { vip, localPort, address, port } of connections) {
    const match = ruleFor(rules, { protocol: "tcp", vip, port: localPort });
    const row = match && rows.get(match.rule.name);
    if (!match || !row) continue;
    row.open += 1;
    row.buckets.add(bucketOf(match.affinity, { address, port }, seed));
  }
  return {
    open: connections.length,
    rules: [...rows].map(([name, { open, buckets }]) => ({
      name,
      open,
      buckets: [...buckets].sort((a, b) => a - b),
    })),
  };
}
