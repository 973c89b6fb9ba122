/** Clusters of one to eight hosts with real packets (see `testing/proof-sizes.ts`); with BULKHEAD_LONG=1 of up to 32. */
import { beforeAll, describe, expect, test } from "vitest";
import { isProofPossible, runProof } from "./testing/run-proof.ts";
import { sizesTo } from "./testing/sizes.ts";

interface Size {
  size: number;
  answers?: string[];
  fresh: { of: number; asPredicted: number };
  old: { same: number; of: number };
}

interface Facts {
  grow: Size[];
  shrink: Size[];
  answers: { connections: number; twice: number };
}

const most = process.env["BULKHEAD_LONG"] === "1" ? 32 : 8;
const limitMs = most * 40_000;
let seen: Facts;

test("sizes go up one by one to eight, and on in eights", () => {
  expect(sizesTo(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(sizesTo(32)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32]);
});

describe.skipIf(!isProofPossible)(`one to ${most} hosts`, () => {
  beforeAll(() => {
    seen = runProof("proof-sizes.ts", { WLBS_PROOF_HOSTS: `${most}` }, limitMs) as Facts;
  }, limitMs + 10_000);

  test.each(["grow", "shrink"] as const)("%s: at every size connections go where the table says", (way) => {
    const sizes = sizesTo(most);
    expect(seen[way].map(({ size }) => size)).toEqual(
      way === "grow" ? sizes : sizes.slice(0, -1).toReversed(),
    );
    for (const { fresh, answers = [] } of seen[way]) {
      expect(fresh.asPredicted).toBe(fresh.of);
      expect(answers.filter((code) => code !== "ok")).toEqual([]);
    }
  });

  test("connections of the first host outlive everybody who came and went", () => {
    for (const { old } of [...seen.grow, ...seen.shrink]) expect(old).toMatchObject({ same: 100, of: 100 });
  });

  test("no connection was answered by two kernels", () => {
    expect(seen.answers.connections).toBeGreaterThan(500);
    expect(seen.answers.twice).toBe(0);
  });
});
