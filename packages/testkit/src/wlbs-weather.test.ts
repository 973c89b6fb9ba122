/**
 * Simulated worlds in bad weather: each seed is one story of partitions, losses, pauses, crashes, slow kernels, commands, probes
 * and new policies, watched by every checker. A failing seed tells its story; play it again with `npm run sim -- --seed N`.
 */
import { expect, test } from "vitest";
import { playWorlds } from "./sim/crowd.ts";
import { WorldTally } from "./sim/tally.ts";
import { runWorld, type WorldResult } from "./worlds/story.ts";

const WORLDS = Number(process.env.WLBS_WORLDS ?? 300);
test(`${WORLDS} worlds keep their promises`, { timeout: 600_000 }, async () => {
  const tally = new WorldTally();
  const broken: WorldResult[] = [];
  await playWorlds({
    from: 1,
    worlds: WORLDS,
    threads: 2,
    onResult: (result) => {
      tally.add(result);
      if (result.violations.length > 0) broken.push(result);
    },
  });
  const summary = tally.summary().join("\n");
  expect(broken.map(({ story }) => story).slice(0, 2), summary).toEqual([]);
  // Worlds in which nothing happens would keep every promise too.
  expect(tally.worlds).toBe(WORLDS);
  expect(tally.epochs / WORLDS).toBeGreaterThan(20);
  expect(tally.connections / WORLDS).toBeGreaterThan(100);
});

/** Worlds that broke a promise once, and would again without what was mended then. */
const MENDED = [
  429, 662, 809, 1138, 1367, 1773, 1782, 2107, 3078, 3203, 3441, 3641, 4723, 4816, 5073, 5169, 5172, 5553,
  6228, 6451, 6838, 8044, 9286,
];
test.each(MENDED)("world %i keeps its promises", { timeout: 120_000 }, (seed) => {
  const { story, violations } = runWorld(seed);
  expect(violations, story).toEqual([]);
});

test("a seed is one story: played again it is the same", { timeout: 120_000 }, () => {
  const told = () => ({ ...runWorld(12, { logLines: 100 }) });
  expect(told()).toEqual(told());
});
