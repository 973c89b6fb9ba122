/** The form says at once what the API would refuse. */
import { expect, test } from "vitest";
import { nameProblem } from "./node-name.ts";

test.each(["", "Web-1", "web_1", "-web", "web-", "a".repeat(64), "web 1"])("refuses %j", (name) => {
  expect(nameProblem(name, [])).not.toBeNull();
});

test("takes a free name, refuses a taken one with the way out", () => {
  expect(nameProblem("web-1", ["web-2"])).toBeNull();
  expect(nameProblem("web-2", ["web-2"])).toContain("revoke");
});
