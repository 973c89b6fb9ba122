/**
 * Two faults of the matrix (docs/lab.md), with its watcher and its writers: no two nodes ever have the same thing, nothing that was
 * acknowledged is lost, the groups serve again. All faults, several times each: `npm run faults:mscs`.
 */
import { afterAll, describe, expect, it } from "vitest";
import { faults } from "./faults/faults.ts";
import { runRound } from "./faults/round.ts";
import { hasBroker, whole } from "./fleet.ts";
import { tiers } from "./system.ts";

describe.skipIf(!tiers.includes("back"))("faults of the pair", () => {
  afterAll(whole);

  it.each(["postgres", "cut-all"])("%s", async (name) => {
    const fault = faults.find((item) => item.name === name);
    if (fault === undefined) throw new Error(`There is no fault '${name}'.`);
    const result = await runRound(fault, { round: 1, hasQueue: await hasBroker() });
    const { owner, after, outageMs, writes, messages, looks } = result;
    console.log(
      `${fault.what}: ${owner} -> ${after}, ${outageMs} ms without a committed row; ${writes} rows, ${messages} messages, ${looks} looks`,
    );
    expect(result.problems).toEqual([]);
  });
});
