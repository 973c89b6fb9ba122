/** `bulkhead mscs foreign|adopt`: pairs that somebody else set up, and what adopting one would mean. */
import fs from "node:fs";
import type { ForeignPairRow } from "@bulkhead/api";
import type { AdoptionItem, AdoptionReport } from "@bulkhead/core/mscs";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { ago, print } from "../../output.ts";
import type { Session } from "../../session.ts";

export function addAdopt(mscs: Command, session: Session): void {
  mscs
    .command("foreign")
    .description("pairs that agents found and Bulkhead did not set up")
    .action(async () => {
      print(session.json(), await session.api().mscs.foreign.query(), foreignText);
    });
  mscs
    .command("adopt")
    .description("what adopting the pair that a node runs would mean; changes nothing")
    .argument("<node>")
    .option("-o, --output <file>", "write the part for the fleet file there (it must not exist yet)")
    .action(async (node: string, { output }: { output?: string }) => {
      const report = await session.api().mscs.adoption.query({ node });
      if (output !== undefined) writeNew(output, report.fleetFile);
      print(session.json(), report, (value) => adoptionText(value, output));
      if (report.obstacles.length > 0) process.exitCode = 1;
    });
}

/** Never over a file that is there. */
export function writeNew(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    throw new Failure(`The part for the fleet file cannot be written to ${file} (${code}).`);
  }
}

function foreignText(rows: readonly ForeignPairRow[]): string {
  if (rows.length === 0) return "No node runs a pair that Bulkhead did not set up.";
  return rows
    .map(({ cluster, nodes, pair, at }) => {
      const states = pair.view.nodes.map(({ name, state }) => `${name} ${state}`).join(", ");
      return `${cluster}: ${states || "nodes unknown"}; reported by ${nodes.join(", ")}, ${ago(at)}`;
    })
    .join("\n");
}

function part(title: string, items: readonly AdoptionItem[]): string[] {
  return items.length === 0 ? [] : [`${title}:`, ...items.map(({ object, text }) => `  ${object}: ${text}`)];
}

/** Changes by hand that go into the fleet file instead of being reverted. */
export function takeOverText({ changes, kept, obstacles }: AdoptionReport, output: string): string {
  return [
    ...obstacles,
    ...part("taken over", changes),
    ...part("not taken over", kept),
    ...(obstacles.length > 0
      ? []
      : [`Written to ${output}. Put it into the fleet file in place of the pair there, and apply that.`]),
  ].join("\n");
}

export function adoptionText(report: AdoptionReport, output?: string): string {
  const file = output === undefined ? ["", report.fleetFile.trimEnd()] : [`Written to ${output}.`];
  return [
    report.obstacles.length === 0
      ? `${report.pair} can be adopted: put the part below into the fleet file and apply it.`
      : `${report.pair} cannot be adopted:`,
    ...report.obstacles.map((line) => `  ${line}`),
    ...part("managed as it is", report.asIs),
    ...part("written differently", report.changes),
    ...part("kept untouched", report.kept),
    ...file,
  ].join("\n");
}
