/**
 * `npm run faults:mscs`: every fault of the matrix, several times, on a running lab (BULKHEAD_DATA, BULKHEAD_URL); a table, and
 * the results as JSON, with the engine's logs of rounds that were not well or slow beside it. Exit code 1 when one was not well.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { hasBroker } from "../fleet.ts";
import { type Fault, faults } from "./faults.ts";
import { keepLogs } from "./logs.ts";
import { type RoundResult, runRound } from "./round.ts";
import { faultTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

/** Throws when a name is not known. */
function chosen(): Fault[] {
  const names = values.only?.split(",") ?? faults.map(({ name }) => name);
  const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no fault "${unknown.join(", ")}". There are: ${faults.map(({ name }) => name).join(", ")}.`,
    );
  return faults.filter(({ name }) => names.includes(name));
}

/** Longer than any takeover should last, also on a busy machine. */
const slowMs = 20_000;

async function keep(file: string, results: readonly RoundResult[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  const last = results.at(-1);
  if (last === undefined || (last.problems.length === 0 && (last.outageMs ?? 0) < slowMs)) return;
  await keepLogs(join(dirname(file), `${last.fault}-${last.at}`), ["db-1", "db-2"]);
}

function tell({ fault, round, owner, coordinator, after, outageMs, load, problems }: RoundResult): void {
  const where = `${owner}${coordinator === owner ? " (coordinator)" : ""} -> ${after ?? "no node"}`;
  const verdict = problems.length === 0 ? "well" : problems.join("; ");
  const outage = outageMs === null ? "without end" : `${outageMs} ms`;
  console.error(`  ${fault}, round ${round}: ${where}, outage ${outage}, load ${load}: ${verdict}`);
}

async function main(): Promise<number> {
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error(`--rounds wants a number from 1, not "${values.rounds}".`);
  const hasQueue = await hasBroker();
  const selected = chosen().filter(({ group }) => group === "sql" || hasQueue);
  const results: RoundResult[] = [];
  // Round by round, not fault by fault: what else happens on the machine then touches all faults alike.
  for (let round = 1; round <= rounds; round += 1) {
    for (const fault of selected) {
      const result = await runRound(fault, { round, hasQueue });
      results.push(result);
      tell(result);
      if (values.json !== undefined) await keep(values.json, results);
    }
  }
  console.log(faultTable(selected, results));
  return results.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

process.exitCode = await main();
