import fc from "fast-check";
import { expect, test } from "vitest";
import { judge, type ProbeOutcome, type ProbeState, unjudged } from "./verdict.ts";

const limits = { rise: 2, fall: 3 };
const good: ProbeOutcome = { ok: true, text: "status 200" };
const bad: ProbeOutcome = { ok: false, text: "connection refused" };
const after = (...outcomes: ProbeOutcome[]): ProbeState =>
  outcomes.reduce((state, outcome) => judge(state, limits, outcome), unjudged);

test("the first success is the first verdict, the first failures are not", () => {
  expect(after(good)).toEqual({ health: "healthy", against: 0, text: "status 200" });
  expect(after(bad, bad).health).toBe("unknown");
  expect(after(bad, bad, bad)).toEqual({ health: "failing", against: 0, text: "connection refused" });
});

test("a healthy service fails after `fall` failures in a row, and no sooner", () => {
  expect(after(good, bad, bad, good, bad, bad).health).toBe("healthy");
  expect(after(good, bad, bad, bad).health).toBe("failing");
});

test("a failing service is healthy after `rise` successes in a row", () => {
  expect(after(bad, bad, bad, good).health).toBe("failing");
  expect(after(bad, bad, bad, good, bad, good).health).toBe("failing");
  expect(after(bad, bad, bad, good, good).health).toBe("healthy");
});

test("the word of a failing probe is its latest failure, and a lonely success does not replace it", () => {
  const late = { ok: false, text: "no answer within 500 ms" };
  expect(after(bad, bad, bad, late).text).toBe("no answer within 500 ms");
  expect(after(bad, bad, bad, late, good).text).toBe("no answer within 500 ms");
});

test("whatever comes, a verdict changes only after a run of the length that the policy asks for", () => {
  const outcomes = fc.array(fc.boolean(), { maxLength: 60 });
  const limit = fc.integer({ min: 1, max: 10 });
  fc.assert(
    fc.property(outcomes, limit, limit, (oks, rise, fall) => {
      let state = unjudged;
      for (const [index, ok] of oks.entries()) {
        const next = judge(state, { rise, fall }, { ok, text: "" });
        const run = oks
          .slice(0, index + 1)
          .toReversed()
          .findIndex((other) => other !== ok);
        const length = run < 0 ? index + 1 : run;
        if (next.health !== state.health && state.health !== "unknown") {
          expect(next.health).toBe(ok ? "healthy" : "failing");
          expect(length).toBeGreaterThanOrEqual(ok ? rise : fall);
        }
        if (length >= Math.max(rise, fall)) expect(next.health).toBe(ok ? "healthy" : "failing");
        state = next;
      }
    }),
  );
});
