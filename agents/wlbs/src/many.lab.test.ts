/**
 * Many connections and flows with real packets (see `testing/proof-many.ts`). A normal run takes few of them;
 * WLBS_PROOF_CONNECTIONS=5000 WLBS_PROOF_FLOWS=100000 takes some minutes.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { isProofPossible, runProof } from "./testing/run-proof.ts";

interface Checked {
  check: { same: number; of: number };
}

interface Facts {
  flows: { flows: number; answered: number; twice: number; hosts: Record<string, number> };
  open: Checked & { answered: number };
  drain: Checked & { state: string };
  join: Checked & { answer: { code: string } };
  weights: Checked & { shares: number[] };
  answers: { connections: number; twice: number };
}

let seen: Facts;

describe.skipIf(!isProofPossible)("many connections and flows", () => {
  beforeAll(() => {
    seen = runProof("proof-many.ts") as Facts;
  }, 900_000);

  test("each flow is accepted by exactly one host, and all hosts take their part", () => {
    const { flows, answered, twice, hosts } = seen.flows;
    expect({ answered, twice }).toEqual({ answered: flows, twice: 0 });
    for (const taken of Object.values(hosts)) expect(taken).toBeGreaterThan(flows / 4);
  });

  test.each(["open", "drain", "join", "weights"] as const)(
    "%s: every connection stays on its host",
    (stage) => {
      const { same, of } = seen[stage].check;
      expect(of).toBeGreaterThanOrEqual(500);
      expect(same).toBe(of);
    },
  );

  test("no SYN was answered by two kernels", () => {
    expect(seen.answers.twice).toBe(0);
  });
});
