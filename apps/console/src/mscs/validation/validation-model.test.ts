/** A report by category, worst first. */
import type { ValidationTest } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { byCategory, reportUrl, verdictText } from "./validation-model.ts";

const result = (id: string, change: Partial<ValidationTest>): ValidationTest => ({
  id,
  category: "network",
  title: id,
  result: "pass",
  found: "",
  cure: null,
  node: null,
  ...change,
});
const tests = [
  result("b", {}),
  result("a", { result: "fail" }),
  result("c", { category: "inventory", result: "skipped" }),
];

test("categories keep their order, failures lead, empty ones are left out", () => {
  expect(byCategory(tests).map(({ category, tests: list }) => [category, list.map(({ id }) => id)])).toEqual([
    ["inventory", ["c"]],
    ["network", ["a", "b"]],
  ]);
});

test("the verdict says what to do", () => {
  const report = { id: "1", pair: "data", nodes: [], at: 0, by: "Ada", tests, planHash: null };
  expect(verdictText({ ...report, result: "fail" })).toBe("Do not deploy this: 1 fail, 1 pass, 1 skipped.");
  expect(verdictText({ ...report, result: "warning" })).toContain("read the warnings first");
  expect(reportUrl("a/b", "html")).toBe("/api/validation/a%2Fb.html");
});
