/** The shapes of partitions: who still hears whom. */
import { expect, test } from "vitest";
import { randomFrom } from "./random.ts";
import { cutsOf, SHAPES } from "./shapes.ts";

const nodes = ["a", "b", "c", "d", "e", "f", "g"];
/** How many others each node still hears in both directions. */
function degrees(shape: (typeof SHAPES)[number], seed: number): number[] {
  const cuts = new Set(cutsOf(shape, nodes, randomFrom(seed)).map(([a, b]) => `${a}>${b}`));
  const hears = (a: string, b: string) => !cuts.has(`${a}>${b}`) && !cuts.has(`${b}>${a}`);
  return nodes.map((a) => nodes.filter((b) => a !== b && hears(a, b)).length).sort();
}

test.each([
  ["bridge", [3, 3, 3, 3, 3, 3, 6]],
  ["ring", [2, 2, 2, 2, 2, 2, 2]],
  ["majorities", [4, 4, 4, 4, 4, 4, 4]],
  ["isolated", [0, 5, 5, 5, 5, 5, 5]],
  ["one-way", [0, 5, 5, 5, 5, 5, 5]],
  ["one-link", [5, 5, 6, 6, 6, 6, 6]],
] as const)("%s", (shape, expected) => {
  for (let seed = 0; seed < 20; seed += 1) expect(degrees(shape, seed)).toEqual(expected);
});

test("complete leaves two groups, neither empty", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const left = degrees("complete", seed).filter((degree) => degree === degrees("complete", seed)[0]).length;
    expect(left).toBeLessThan(nodes.length + 1);
    expect(degrees("complete", seed)[0]).toBeLessThan(6);
  }
});

test.each(SHAPES)("%s cuts something even between two hosts", (shape) => {
  const cuts = cutsOf(shape, ["a", "b"], randomFrom(3));
  if (!["bridge", "ring", "majorities"].includes(shape)) expect(cuts.length).toBeGreaterThan(0);
});
