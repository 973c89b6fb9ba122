/**
 * Frozen cases: what the machine has decided in a few hundred small situations, as text. A difference is a change of
 * behaviour: when it is meant, `npm run sim -- --update-cases` writes it down, and the review is the diff.
 */
import fs from "node:fs";
import path from "node:path";
import { playTranscript } from "@bulkhead/testkit/cases/transcript";
import { expect, test } from "vitest";

const folder = import.meta.dirname;
const files = fs
  .readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".txt"))
  .sort();

test("there are at least 200, none longer than a screen", () => {
  expect(files.length).toBeGreaterThanOrEqual(200);
  const long = files.filter((name) => read(name).split("\n").length > 60);
  expect(long).toEqual([]);
});

test.each(files)("%s", (name) => {
  const text = read(name);
  expect(playTranscript(text)).toBe(text);
  expect(text).not.toContain("BROKEN");
});

function read(name: string): string {
  return fs.readFileSync(path.join(folder, name), "utf8");
}
