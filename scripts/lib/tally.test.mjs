/** What the last lines of a test run say: how many passed, and why the others did not. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "vitest";
import { Tally } from "./tally.mjs";

const reports = {
  vitest: {
    testResults: [
      {
        name: "story.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "good" },
          {
            status: "failed",
            fullName: "bad",
            failureMessages: ["Error: \u001b[31mWaited in vain\u001b[39m\n    at file.ts:1\n"],
          },
        ],
      },
      { name: "other.test.ts", status: "failed", message: "no such module\nmore", assertionResults: [] },
    ],
  },
  playwright: {
    suites: [
      {
        title: "page.spec.ts",
        specs: [
          {
            title: "opens",
            tests: [{ status: "unexpected", results: [{ errors: [{ message: "timed out" }] }] }],
          },
        ],
      },
    ],
  },
};

function written(report) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "bulkhead-tally-")), "report.json");
  fs.writeFileSync(file, JSON.stringify(report));
  return file;
}

test("what failed is named with its reason, in one line each", () => {
  const tally = new Tally();
  assert.ok(tally.vitest(written(reports.vitest)));
  assert.ok(tally.playwright(written(reports.playwright)));
  assert.equal(tally.passed, 1);
  assert.deepEqual(tally.failed, [
    "story.test.ts > bad: Error: Waited in vain",
    "other.test.ts: no such module",
    "page.spec.ts > opens: timed out",
  ]);
});

test("a run without a report has failed", () => {
  assert.equal(new Tally().vitest("/nonexistent"), false);
});
