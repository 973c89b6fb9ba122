/**
 * Commands, probes, key rotation and broken threads with real packets: three kernels, the real half on each, one
 * client (see `testing/proof-commands.ts`).
 */
import { beforeAll, describe, expect, test } from "vitest";
import { isProofPossible, runProof } from "./testing/run-proof.ts";

interface Checked {
  same: number;
  of: number;
}

interface Broken {
  web: Checked;
  error: string;
  fresh: { of: number; asPredicted: number };
}

interface Answer {
  code: string;
  message: string;
}

interface Facts {
  rule: {
    codes: string[];
    onHost2: number;
    whileDraining: { open: Checked; takers: Record<string, number> };
    whileDisabled: { open: Checked; shop: Checked; takers: Record<string, number> };
    after: Record<string, number>;
  };
  probe: {
    text: string;
    shopKept: boolean;
    others: string[];
    takers: Record<string, number>;
    health: string;
  };
  deadline: { answer: Answer; onHost2: number; during: string; stoppedMs: number; rest: Checked };
  suspend: { codes: string[] };
  keys: { convergences: number[]; rejected: Record<string, number>[]; whole: boolean };
  busy: { looks: number; leaseLived: number; epochKept: boolean; convergences: number[] };
  throw: Broken;
  hang: Broken;
  questions: { accepting: number; texts: string[]; port: Answer; macs: Answer; unusable: Answer };
  answers: { connections: number; twice: number };
}

let seen: Facts;

function expectUnbroken(...all: Checked[]): void {
  for (const { same, of } of all) expect(same).toBe(of);
}

describe.skipIf(!isProofPossible)("three hosts and their commands", () => {
  beforeAll(() => {
    seen = runProof("proof-commands.ts") as Facts;
  }, 310_000);

  test("a draining rule keeps its connections and takes none, a disabled one keeps none; other rules go on", () => {
    const { codes, onHost2, whileDraining, whileDisabled, after } = seen.rule;
    expect(codes).toEqual(["ok", "ok", "already", "not-found", "ok"]);
    expect(onHost2).toBeGreaterThan(0);
    expectUnbroken(whileDraining.open, whileDisabled.open, whileDisabled.shop);
    expect([whileDraining.open.of, whileDisabled.open.of]).toEqual([60, 60 - onHost2]);
    expect(Object.keys(whileDraining.takers)).toEqual(["host-1", "host-3"]);
    expect(Object.keys(whileDisabled.takers)).toEqual(["host-1", "host-3"]);
    expect(Object.keys(after)).toEqual(["host-1", "host-2", "host-3"]);
  });

  test("a failing probe takes its rule from this host only, with its last word, and gives it back", () => {
    expect(seen.probe).toMatchObject({
      text: "connection refused",
      shopKept: true,
      others: ["healthy", "healthy"],
      health: "healthy",
    });
    expect(Object.keys(seen.probe.takers)).toEqual(["host-1", "host-3"]);
  });

  test("a drain with a deadline ends at the deadline; connections of others are not touched", () => {
    const { answer, onHost2, during, stoppedMs, rest } = seen.deadline;
    expect([answer.code, during]).toEqual(["ok", "draining"]);
    expect(onHost2).toBeGreaterThan(0);
    expect(stoppedMs).toBeGreaterThanOrEqual(3_000);
    expectUnbroken(rest);
    expect(rest.of).toBe(60 - onHost2);
  });

  test("a suspended host obeys resume alone, also after a restart of its agent", () => {
    expect(seen.suspend.codes).toEqual(["ok", "suspended", "suspended", "suspended", "ok", "ok"]);
  });

  test("keys rotate host by host without a convergence and without a rejected beat", () => {
    expect(seen.keys).toEqual({ convergences: [0, 0, 0], rejected: [{}, {}, {}], whole: true });
  });

  test("a main thread that does nothing else for four seconds costs neither lease nor membership", () => {
    const { looks, leaseLived, epochKept, convergences } = seen.busy;
    // On a busy machine a look takes most of a second; three of them last longer than any lease.
    expect(looks).toBeGreaterThan(2);
    expect(leaseLived).toBe(looks);
    expect([epochKept, ...convergences]).toEqual([true, 0, 0]);
  });

  test.each(["throw", "hang"] as const)("a thread that breaks (%s) is replaced; connections stay", (how) => {
    const { web, error, fresh } = seen[how];
    expectUnbroken(web);
    expect(fresh.asPredicted).toBe(fresh.of);
    expect(error).toContain(how === "throw" ? "broken by the proof" : "did not answer for 5 s");
  });

  test("questions are answered: exactly one host accepts a packet, and every text has its subject", () => {
    const { accepting, texts, port, macs, unusable } = seen.questions;
    expect(accepting).toBe(1);
    expect(texts[0]).toContain("Host 1 converged (as DEFAULT) with the following host(s)");
    expect(texts[1]).toContain("Convergence history");
    expect(texts[2]).toContain("10.9.0.1/24 on eth0");
    expect(texts[3]).toContain("rule web");
    expect(port).toMatchObject({ code: "ok", message: expect.stringContaining("shop") });
    expect(macs.message).toContain("03:bf:0a:09:00:64");
    expect(unusable).toMatchObject({
      code: "refused",
      message: expect.stringContaining("does not name host-1"),
    });
  });

  test("in the whole run no connection was answered by two kernels", () => {
    expect(seen.answers.connections).toBeGreaterThan(300);
    expect(seen.answers.twice).toBe(0);
  });
});
