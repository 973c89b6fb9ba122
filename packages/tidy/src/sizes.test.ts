/** Sizes and heads of files: a long file is a noun that nobody has named yet. */
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { isTest, root, sourceFiles, trackedFiles } from "./source.ts";

const linesMax = 300;
const files = sourceFiles();

it(`source files and tests have at most ${linesMax} lines`, () => {
  const long = files
    .filter(({ lines }) => lines > linesMax)
    .map(({ name, lines }) => `${name} has ${lines} lines: find the missing noun and give it a file`);
  expect(long).toEqual([]);
});

it("every source file begins by saying what it is for", () => {
  const silent = files
    .filter(
      ({ name, text }) =>
        !isTest(name) &&
        !/^(#!.*\n)?("use client";\n+)?\s*(\/\*\*|\/\*|\/\/)/.test(text) &&
        !name.endsWith(".config.ts"),
    )
    .map(({ name }) => `${name}: begin it with a sentence on its purpose`);
  expect(silent).toEqual([]);
});

it("nothing large, generated or private is tracked", () => {
  const wrong = trackedFiles().flatMap((name) => {
    const size = fs.statSync(path.join(root, name)).size;
    if (size > 1_000_000 && name !== "package-lock.json")
      return [`${name}: ${size} bytes; keep it out of the repository`];
    if (/(^|\/)(dist|out|generated|node_modules|\.next)\//.test(name))
      return [`${name}: generated; ignore it in .gitignore`];
    if (/\.(pem|key|p12)$|(^|\/)\.env/.test(name)) return [`${name}: looks like a secret`];
    return [];
  });
  expect(wrong).toEqual([]);
});

it("no test is switched off or left alone", () => {
  const wrong = files
    .filter(
      ({ name, text }) =>
        isTest(name) &&
        !name.startsWith("packages/tidy/") &&
        /\b(it|test|describe)\.((only|todo)\(|skip\(\s*["'`])/.test(text),
    )
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
});
