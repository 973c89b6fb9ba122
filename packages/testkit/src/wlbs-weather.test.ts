/**
 * Simulated worlds in bad weather, a few hundred of them: each seed is one story of partitions, losses, pauses, crashes, slow
 * kernels, commands, probes and new policies, watched by every checker. A failing seed tells its story; play it again with
 * `npm run sim -- --seed N`.
 */
import { expect, test } from "vitest";
import { playWorlds } from "./sim/crowd.ts";
import { WorldTally } from "./sim/tally.ts";
import { runWorld } from "./worlds/story.ts";

const WORLDS = Number(process.env.WLBS_WORLDS ?? 240);

test(`${WORLDS} worlds keep every promise`, { timeout: 600_000 }, async () => {
  const tally = new WorldTally();
  const stories: string[] = [];
  await playWorlds({
    from: 1,
    worlds: WORLDS,
    threads: 2,
    onResult: (result) => {
      tally.add(result);
      if (result.violations.length > 0) stories.push(result.story);
    },
  });
  expect(stories.slice(0, 2).join("\n\n"), tally.summary().join("\n")).toBe("");
  // Worlds in which nothing happens would keep every promise too.
  expect(tally.worlds).toBe(WORLDS);
  expect(tally.epochs / WORLDS).toBeGreaterThan(20);
  expect(tally.connections / WORLDS).toBeGreaterThan(100);
});

test("a seed is one story: played again it is the same", { timeout: 120_000 }, () => {
  const told = () => ({ ...runWorld(12, { logLines: 100 }) });
  expect(told()).toEqual(told());
});
