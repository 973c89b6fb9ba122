/** Counts what the tools report, and remembers the names of what failed or was skipped. */
import fs from "node:fs";

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
        this.#count(test.status, `${short(suite.name)} > ${test.fullName}`);
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
          this.#count(status, `${path} > ${spec.title}`);
        }
      }
      for (const child of suite.suites ?? []) walk(child, `${path}${path ? " > " : ""}${child.title}`);
    };
    for (const error of report.errors ?? []) this.failed.push(firstLine(error.message ?? "browser run"));
    walk(report, "");
    return true;
  }

  #count(status, name) {
    if (status === "passed") this.passed++;
    else if (status === "failed") this.failed.push(name);
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
const firstLine = (text) => String(text ?? "").split("\n")[0];
