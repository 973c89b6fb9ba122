/** The words of a prediction. */
import type { GroupOutcome, PredictedStep, Prediction } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../sample-pair.ts";
import { agreementOf, seconds, stagesOf, summaryOf, tookText, worstFirst } from "./foretold.ts";
import { eventFields, eventKinds, firstAsked, questionOf, questionText } from "./questions.ts";

const outcome = (group: string, verdict: GroupOutcome["verdict"]): GroupOutcome => ({
  group,
  from: "db-1",
  to: "db-2",
  verdict,
  stopped: [],
  why: "",
});
const prediction = (groups: GroupOutcome[], hasQuorum = true): Prediction => ({
  hasQuorum,
  fenced: [],
  groups,
  steps: [],
  warnings: [],
});

test("what is felt comes first, and is counted in one sentence", () => {
  const groups = [outcome("a", "stays"), outcome("b", "moves"), outcome("c", "stops"), outcome("d", "moves")];
  expect(worstFirst(groups).map(({ group }) => group)).toEqual(["c", "b", "d", "a"]);
  expect(summaryOf(prediction(groups))).toBe("1 group stops, 2 move, 1 stays.");
  expect(summaryOf(prediction([outcome("a", "offline"), outcome("b", "offline")]))).toBe(
    "2 groups stay offline.",
  );
  expect(summaryOf(prediction([outcome("a", "stops")], false))).toContain("no quorum");
});

test("steps that happen together stand together, fences first", () => {
  const step = (order: number, action: PredictedStep["action"], object: string): PredictedStep => ({
    order,
    action,
    object,
    node: "db-2",
  });
  const stages = stagesOf([step(7, "start", "sql/ip"), step(3, "stop", "sql/db"), step(3, "fence", "db-1")]);
  expect(stages.map(({ steps }) => steps.map(({ object }) => object))).toEqual([
    ["db-1", "sql/db"],
    ["sql/ip"],
  ]);
});

test("an engine that was not asked is not said to agree", () => {
  const answer = {
    from: "live" as const,
    prediction: prediction([]),
    engine: null,
    differences: [],
    tookLast: {},
  };
  expect(agreementOf(answer).role).toBe("off");
  expect(agreementOf({ ...answer, engine: prediction([]) }).role).toBe("ok");
  expect(agreementOf({ ...answer, engine: prediction([]), differences: ["sql"] }).role).toBe("warn");
});

test("durations keep the digits that matter", () => {
  expect([seconds(642), seconds(4123), seconds(45_200)]).toEqual(["0.64 s", "4.1 s", "45 s"]);
  expect(tookText([])).toBeNull();
  expect(tookText([640, 1200])).toBe("0.64 s last time, 0.64 s to 1.2 s over the last 2");
});

test("every event of a pair can be asked with what the form begins with", () => {
  const pair = samplePairSnapshot();
  for (const kind of eventKinds) {
    const question = questionOf({ ...firstAsked(pair), kind });
    expect(question, kind).toMatchObject({ kind });
    expect(question && questionText(question)).not.toBe("");
    for (const field of eventFields(pair, kind)) expect(field.options.length, field.name).toBeGreaterThan(0);
  }
});
