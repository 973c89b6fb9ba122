/** What is odd is named, what is well is counted. */
import { expect, test } from "vitest";
import type { Condition } from "../states/condition.ts";
import { conditionLines } from "./condition-lines.ts";

const well: Condition = { role: "ok", word: "Enabled", why: null };
const failing: Condition = { role: "warn", word: "Probe fails", why: "refused" };
const off: Condition = { role: "off", word: "Disabled", why: "by command" };
const linesOf = (...conditions: Condition[]) =>
  conditionLines(conditions.map((condition, i) => ({ node: `web-${i + 1}`, condition }))).map(
    ({ word, who }) => `${word}: ${who}`,
  );

test("all alike is one line", () => {
  expect(linesOf(well, well, well)).toEqual(["Enabled: all hosts"]);
});

test("the worst comes first, with its hosts", () => {
  expect(linesOf(well, failing, off, well)).toEqual([
    "Probe fails: web-2",
    "Disabled: web-3",
    "Enabled: 2 hosts",
  ]);
});
