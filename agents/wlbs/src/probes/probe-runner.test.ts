import { type PortRule, type Probe, sampleRule } from "@bulkhead/core/wlbs";
import type { CheckOutcome } from "@bulkhead/net";
import { silentLogger } from "@bulkhead/runtime";
import { expect, test } from "vitest";
import { TestClock } from "../testing/test-clock.ts";
import { ProbeRunner, type Verdict } from "./probe-runner.ts";

const probe: Probe = {
  check: { kind: "tcp", port: 80 },
  periodMs: 1_000,
  timeoutMs: 500,
  rise: 2,
  fall: 2,
  whenAllFail: "serve",
};
const ruleWith = (change: Partial<Probe>, name = "web"): PortRule => ({
  ...sampleRule(1, { name }),
  probe: { ...probe, ...change },
});
const place = { dedicatedIp: "10.0.0.1", vip: "10.0.0.100" };

function bench() {
  const clock = new TestClock();
  const service = {
    outcome: { ok: true, text: "connection accepted", refused: false } as CheckOutcome,
    takesMs: 0,
  };
  const asked: number[] = [];
  let atOnce = 0;
  const seen = { verdicts: [] as Verdict[], mostAtOnce: 0 };
  const runner = new ProbeRunner({
    clock,
    log: silentLogger,
    random: () => 0.5,
    onVerdict: (verdict) => seen.verdicts.push(verdict),
    runCheck: async () => {
      asked.push(clock.monotonicMs());
      atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, atOnce);
      const { outcome, takesMs } = service;
      if (takesMs > 0) await new Promise<void>((resolve) => void clock.after(takesMs, resolve));
      atOnce -= 1;
      return outcome;
    },
  });
  const fail = (text: string): void => void (service.outcome = { ok: false, text, refused: false });
  return { clock, service, asked, seen, runner, fail };
}

test("asks in its rhythm after a start by chance", async () => {
  const { clock, asked, runner } = bench();
  const began = clock.monotonicMs();
  runner.use([ruleWith({})], place);
  await clock.pass(3_600);
  expect(asked.map((at) => at - began)).toEqual([500, 1_500, 2_500, 3_500]);
});

test("a service that fails is told after `fall` failures, with its word, and again when the word changes", async () => {
  const { clock, seen, runner, fail } = bench();
  runner.use([ruleWith({})], place);
  await clock.pass(1_000);
  fail("connection refused");
  await clock.pass(1_000);
  expect(seen.verdicts.map(({ health }) => health)).toEqual(["healthy"]);
  await clock.pass(1_000);
  fail("no answer within 500 ms");
  await clock.pass(1_000);
  expect(seen.verdicts.slice(1)).toEqual([
    { rule: "web", health: "failing", text: "connection refused" },
    { rule: "web", health: "failing", text: "no answer within 500 ms" },
  ]);
  expect(runner.verdicts()).toEqual(seen.verdicts.slice(-1));
});

test("a slow check never runs twice at once", async () => {
  const { clock, service, asked, seen, runner } = bench();
  service.takesMs = 2_500;
  runner.use([ruleWith({})], place);
  await clock.pass(8_000);
  expect(seen.mostAtOnce).toBe(1);
  expect(asked.length).toBe(3);
});

test("an unchanged probe goes on, a changed one begins anew, a removed one is not heard of again", async () => {
  const { clock, service, seen, asked, runner } = bench();
  runner.use([ruleWith({})], place);
  await clock.pass(1_000);
  runner.use([ruleWith({}), sampleRule(1, { name: "other" })], place);
  expect(runner.verdicts()).toHaveLength(1);
  runner.use([ruleWith({ fall: 5 })], place);
  expect(runner.verdicts()).toEqual([]);
  service.takesMs = 200;
  await clock.pass(600);
  runner.use([], place);
  const before = asked.length;
  await clock.pass(5_000);
  expect([asked.length, seen.verdicts.length]).toEqual([before, 1]);
});
