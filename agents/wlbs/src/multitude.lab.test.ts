/**
 * Many flows and connections of both address families with real packets (see `testing/hard/proof-multitude.ts`): 10,000 and
 * 500 in a normal run, 100,000 and 5,000 with BULKHEAD_LONG=1. What was measured is printed.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { isProofPossible, runProof } from "./testing/run-proof.ts";

interface Stage {
  check: { alive: number; same: number; of: number };
}

interface Facts {
  flows: {
    flows: number;
    onOne: number;
    hosts: Record<string, number>;
    sent: number;
    accepted: number;
    foreign: number;
    unleased: number;
    epochKept: boolean;
  };
  open: Stage;
  join: Stage;
  drain: Stage;
  undrained: Stage;
  weights: Stage;
  answers: { connections: number; twice: number };
}

const isLong = process.env["BULKHEAD_LONG"] === "1";
const flowCount = isLong ? 100_000 : 10_000;
const connectionCount = isLong ? 5_000 : 500;
let seen: Facts;

describe.skipIf(!isProofPossible)("multitudes", () => {
  beforeAll(() => {
    seen = runProof("hard/proof-multitude.ts") as Facts;
  }, 900_000);

  test("each flow is accepted by exactly one host, as the services and the kernels count", () => {
    const { flows, onOne, hosts, sent, accepted, foreign, unleased, epochKept } = seen.flows;
    expect(epochKept).toBe(true);
    expect({ flows, onOne }).toEqual({ flows: flowCount, onOne: flowCount });
    expect({ accepted, foreign, unleased }).toEqual({ accepted: sent, foreign: 2 * sent, unleased: 0 });
    expect(Object.keys(hosts)).toEqual(["host-1", "host-2", "host-3"]);
    // A third each; 3 % of the flows is far more than chance allows.
    for (const taken of Object.values(hosts)) expect(Math.abs(taken - flows / 3)).toBeLessThan(0.03 * flows);
  });

  test.each(["open", "join", "drain", "undrained", "weights"] as const)(
    "%s: every connection is kept",
    (stage) => {
      expect(seen[stage].check).toEqual({
        alive: connectionCount,
        same: connectionCount,
        of: connectionCount,
      });
    },
  );

  test("no SYN was answered by two kernels", () => {
    expect(seen.answers.connections).toBeGreaterThanOrEqual(connectionCount);
    expect(seen.answers.twice).toBe(0);
  });
});
