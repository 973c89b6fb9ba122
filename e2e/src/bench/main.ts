/**
 * `npm run bench:mscs`: what failover takes, beside a pair that was set up by hand on the same machine (docs/benchmarks.md). Runs
 * on a lab with a second pair that nobody has set up (BULKHEAD_DATA, BULKHEAD_URL; `--pairs by-hand`).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type Row, reduce, valueOf, verdictOf } from "@bulkhead/testkit/figures/rows";
import { tableText } from "@bulkhead/testkit/figures/table";
import { hasBroker } from "../fleet.ts";
import { inNode } from "../system.ts";
import { handNodes, setUpByHand } from "./by-hand.ts";
import { figures, type MscsFigure } from "./figures.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    only: { type: "string" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Throws when a name is not known. */
function chosen(): MscsFigure[] {
  const known = figures.map(({ name }) => name);
  const names = values.only?.split(",") ?? known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no figure "${unknown.join(", ")}". There are: ${known.join(", ")}.`);
  return figures.filter(({ name }) => names.includes(name));
}

function versionOf(program: string, ...args: string[]): string {
  const text = execFileSync(program, args, { encoding: "utf8" });
  return text.split("\n")[0]?.trim() ?? "";
}

function machineFacts() {
  return {
    at: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1e6),
    kernel: release(),
    node: process.version,
    corosync: versionOf("corosync", "-v"),
    pacemaker: versionOf("pacemakerd", "--version"),
    /** Load of the last minute when the run began: others may have used the machine. */
    load: loadavg()[0] ?? 0,
  };
}

async function main(): Promise<void> {
  if (values.list) {
    for (const { name, title } of figures) console.log(`${name.padEnd(12)} ${title}`);
    return;
  }
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error(`--rounds wants a number from 1, not "${values.rounds}".`);
  const facts = machineFacts();
  const selected = chosen();
  if ((await inNode(handNodes[0], ["test", "-s", "/etc/corosync/corosync.conf"])).code !== 0) {
    say("\n  Setting up the other pair by hand");
    await setUpByHand();
  }
  const context = { rounds, hasQueue: await hasBroker(), tell: (text: string) => say(`    ${text}`) };
  const rows: Row[] = [];
  for (const figure of selected) {
    say(`\n  ${figure.name}: ${figure.title}`);
    rows.push(...(await figure.run(context)));
    if (values.json !== undefined) keep(values.json, { facts, rows: rows.map(told) });
  }
  console.log(`\n${tableText(rows)}`);
}

const told = (row: Row) => ({
  ...row,
  reduced: reduce(row.ours, row.statistic),
  value: valueOf(row),
  verdict: verdictOf(row),
});

function keep(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 1)}\n`);
}

await main();
