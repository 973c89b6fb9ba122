import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unreadable } from "@bulkhead/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { anything, createLedger } from "./ledger.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bulkhead-ledger-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = () => createLedger<{ n: number }>(join(folder, "deep/policy.json"), anything);

it("is absent, then good, then absent again; removing twice is fine", () => {
  const ledger = at();
  expect(ledger.read()).toEqual({ kind: "absent" });
  ledger.write({ n: 1 });
  expect(ledger.read()).toEqual({ kind: "good", value: { n: 1 } });
  expect(statSync(ledger.path).mode & 0o777).toBe(0o600);
  ledger.remove();
  ledger.remove();
  expect(ledger.read()).toEqual({ kind: "absent" });
});

it("recognises a file torn at every length, and keeps the copy before it", () => {
  const ledger = at();
  ledger.write({ n: 1 });
  ledger.write({ n: 2 });
  const text = readFileSync(ledger.path, "utf8");
  for (let length = 0; length < text.length; length++) {
    writeFileSync(ledger.path, text.slice(0, length));
    expect(ledger.read(), `cut at ${length}`).toMatchObject({ kind: "torn", lastGood: { n: 1 } });
  }
  writeFileSync(ledger.path, text.replace("2", "3"));
  expect(ledger.read()).toMatchObject({ kind: "torn", problem: expect.stringContaining("damaged") });
});

it("is not disturbed by what a crash in the middle of a write leaves", () => {
  const ledger = at();
  ledger.write({ n: 1 });
  writeFileSync(`${ledger.path}.new`, "half a fi");
  expect(ledger.read()).toEqual({ kind: "good", value: { n: 1 } });
  ledger.write({ n: 2 });
  expect(ledger.read()).toEqual({ kind: "good", value: { n: 2 } });
});

it("treats a whole file of the wrong shape as torn, with no copy to fall back on", () => {
  at().write({ n: 1 });
  const strict = createLedger(at().path, () => unreadable("it is not a policy"));
  expect(strict.read()).toMatchObject({ kind: "torn", lastGood: null });
});
