import { expect, test } from "vitest";
import { hasWords } from "./search.ts";

test.each([
  ["", true],
  ["  ", true],
  ["WEB-1", true],
  ["10.77 web", true],
  ["web-1 db", false],
  ["web-12", false],
])("finds by words in any order: %s", (text, isFound) => {
  expect(hasWords("web-1 WLBS host 10.77.0.1/24", text)).toBe(isFound);
});
