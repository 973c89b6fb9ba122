/**
 * `npm run faults:mscs`: every fault of the matrix, several times, on a running lab (BULKHEAD_DATA, BULKHEAD_URL); a table, and
 * the results as JSON. Exit code 1 when a round was not well.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { hasBroker } from "../fleet.ts";
import { type Fault, faults } from "./faults.ts";
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

function tell({ fault, round, owner, coordinator, after, outageMs, problems }: RoundResult): void {
  const where = `${owner}${coordinator === owner ? " (coordinator)" : ""} -> ${after ?? "no node"}`;
  const verdict = problems.length === 0 ? "well" : problems.join("; ");
  console.error(`  ${fault}, round ${round}: ${where}, outage ${outageMs ?? "without end,"} ms: ${verdict}`);
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
      if (values.json !== undefined) {
        mkdirSync(dirname(values.json), { recursive: true });
        writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
      }
    }
  }
  console.log(faultTable(selected, results));
  return results.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

process.exitCode = await main();
