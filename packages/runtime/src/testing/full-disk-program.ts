/**
 * Program of `ledger.lab.test.ts`, on a file system of its own in `/mnt`: writes a small entry, fills the disk but for one
 * page, and tries a larger one. Prints what became of both.
 */
import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { anything, createLedger } from "../ledger.ts";

const page = 4096;
const ledger = createLedger<{ text: string }>("/mnt/policy.json", anything);
ledger.write({ text: "small" });

const file = openSync("/mnt/full", "w");
const filler = Buffer.alloc(page);
try {
  for (;;) writeSync(file, filler);
} catch {
  // The disk is full.
}
closeSync(file);

function attempt(): string {
  try {
    ledger.write({ text: "x".repeat(3 * page) });
    return "written";
  } catch (error) {
    return (error as Error).message;
  }
}

truncateSync("/mnt/full", statSync("/mnt/full").size - page);
process.stdout.write(JSON.stringify({ outcome: attempt(), entry: ledger.read() }));
