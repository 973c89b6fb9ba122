/** Counts what the tools report, and remembers the names of what failed or was skipped. */
import fs from "node:fs";
import { stripVTControlCharacters } from "node:util";

export class Tally {
  passed = 0;
  failed = [];
  skipped = [];

  /** One thing that either holds or not: types, lint, format. */
  one(name, isGood) {
    if (isGood) this.passed++;
    else this.failed.push(name);
  }

  skip(name, reason) {
    this.skipped.push(`${name}: ${reason}`);
  }

  /** A report in Vitest's JSON form. False if there is none: then the run itself failed. */
  vitest(file) {
    const report = readJson(file);
    if (report === null) return false;
    for (const suite of report.testResults ?? []) {
      if (suite.status === "failed" && suite.assertionResults.length === 0)
        this.failed.push(`${short(suite.name)}: ${firstLine(suite.message)}`);
      for (const test of suite.assertionResults)
        this.#count(
          test.status,
          `${short(suite.name)} > ${test.fullName}`,
          reason(test.failureMessages?.[0] ?? suite.message),
        );
    }
    return true;
  }

  /** A report in Playwright's JSON form. */
  playwright(file) {
    const report = readJson(file);
    if (report === null) return false;
    const walk = (suite, path) => {
      for (const spec of suite.specs ?? []) {
        for (const test of spec.tests ?? []) {
          const status = { expected: "passed", flaky: "passed", skipped: "skipped" }[test.status] ?? "failed";
          const errors = test.results.flatMap((result) => result.errors ?? []);
          this.#count(status, `${path} > ${spec.title}`, reason(errors[0]?.message));
        }
      }
      for (const child of suite.suites ?? []) walk(child, `${path}${path ? " > " : ""}${child.title}`);
    };
    for (const error of report.errors ?? []) this.failed.push(firstLine(error.message ?? "browser run"));
    walk(report, "");
    return true;
  }

  #count(status, name, why) {
    if (status === "passed") this.passed++;
    else if (status === "failed") this.failed.push(why === "" ? name : `${name}: ${why}`);
    else this.skipped.push(name);
  }

  /** Names first, then the line that machines read. */
  print() {
    for (const name of this.skipped) console.log(`skipped: ${name}`);
    for (const name of this.failed) console.log(`FAILED: ${name}`);
    const skipped = this.skipped.length > 0 ? `, ${this.skipped.length} skipped` : "";
    console.log(`${this.passed} passed, ${this.failed.length} failed${skipped}`);
  }
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

const short = (name) => name.replace(`${process.cwd()}/`, "");
/** What a failed test said, in one line: whoever sees only the end of the output must know where to look. */
function reason(message) {
  const plain = stripVTControlCharacters(String(message ?? ""));
  const lines = plain.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  const text = lines
    .slice(0, 6)
    .map((line) => line.trim())
    .join(" ");
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

const firstLine = (text) => String(text ?? "").split("\n")[0];
