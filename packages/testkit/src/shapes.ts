/**
 * The shapes in which a network falls apart, as the Jepsen tests name them: which directed links are cut. Pure
 * functions of a list of hosts and chance.
 */
import type { Random } from "./random.ts";

/** `[from, to]`: what `from` says no longer reaches `to`. */
export type Cut = readonly [from: string, to: string];

export type Shape = "complete" | "bridge" | "ring" | "isolated" | "one-way" | "one-link" | "majorities";

export const SHAPES: readonly Shape[] = [
  "complete",
  "bridge",
  "ring",
  "isolated",
  "one-way",
  "one-link",
  "majorities",
];

function shuffled(nodes: readonly string[], random: Random): string[] {
  const list = [...nodes];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) [list[i], list[j]] = [b, a];
  }
  return list;
}

/** Every link between nodes for which `keeps` is false. */
function cutUnless(nodes: readonly string[], keeps: (a: string, b: string) => boolean): Cut[] {
  return nodes.flatMap((a) => nodes.filter((b) => a !== b && !keeps(a, b)).map((b): Cut => [a, b]));
}

/** Two halves that hear nothing of each other. */
function complete(nodes: readonly string[], random: Random): Cut[] {
  const left = new Set(nodes.slice(0, random.between(1, Math.max(1, nodes.length - 1))));
  return cutUnless(nodes, (a, b) => left.has(a) === left.has(b));
}

/** Two halves, and one host that hears both. */
function bridge(nodes: readonly string[]): Cut[] {
  const [middle = "", ...rest] = nodes;
  const left = new Set(rest.slice(0, Math.floor(rest.length / 2)));
  return cutUnless(nodes, (a, b) => a === middle || b === middle || left.has(a) === left.has(b));
}

/** Everybody hears the `reach` nearest on both sides of a ring, no one hears all. */
function ring(nodes: readonly string[], reach: number): Cut[] {
  const place = new Map(nodes.map((node, i) => [node, i]));
  return cutUnless(nodes, (a, b) => {
    const apart = Math.abs((place.get(a) ?? 0) - (place.get(b) ?? 0));
    return Math.min(apart, nodes.length - apart) <= reach;
  });
}

/** Nodes in random order are cut in this shape. With two hosts most shapes are the same. */
export function cutsOf(shape: Shape, hosts: readonly string[], random: Random): Cut[] {
  const nodes = shuffled(hosts, random);
  const [first = "", second = ""] = nodes;
  switch (shape) {
    case "complete":
      return complete(nodes, random);
    case "bridge":
      return bridge(nodes);
    case "ring":
      return ring(nodes, 1);
    case "majorities":
      return ring(nodes, Math.max(1, Math.floor((nodes.length + 1) / 4)));
    case "isolated":
      return cutUnless(nodes, (a, b) => a !== first && b !== first);
    case "one-way":
      return random.chance(0.5)
        ? cutUnless(nodes, (a) => a !== first)
        : cutUnless(nodes, (_, b) => b !== first);
    case "one-link":
      return random.chance(0.5)
        ? [[first, second]]
        : [
            [first, second],
            [second, first],
          ];
  }
}
