/** Writes the frozen cases: those of `make/` that are missing, and in all of them what the machine says now. */
import fs from "node:fs";
import path from "node:path";
import type { CaseText } from "./make/case.ts";
import { inconsistencyCases, majorityCases, policyCases } from "./make/cluster.ts";
import { guardCases } from "./make/guards.ts";
import { drainCases, joinCases, leaveCases } from "./make/membership.ts";
import { probeCases, ruleStateCases, singleCases, weightCases } from "./make/rules.ts";
import { playTranscript } from "./transcript.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../core/src/wlbs/cases");

/** All cases that are made by programs; others may be written by hand beside them. */
export function madeCases(): CaseText[] {
  return [
    ...joinCases(),
    ...leaveCases(),
    ...drainCases(),
    ...weightCases(),
    ...singleCases(),
    ...ruleStateCases(),
    ...probeCases(),
    ...majorityCases(),
    ...inconsistencyCases(),
    ...guardCases(),
    ...policyCases(),
  ];
}

/** Files of frozen cases below a folder, relative to it, sorted. */
export function caseFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".txt"))
    .sort();
}

/** Returns an exit code: 1 when some case cannot be played. */
export function updateCases(say: (text: string) => void, folder = FOLDER): number {
  for (const { name, text } of madeCases()) {
    const file = path.join(folder, `${name}.txt`);
    if (fs.existsSync(file)) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${text}\n`);
  }
  const outcomes = caseFiles(folder).map((name) => updateFile(path.join(folder, name), name, say));
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  say(
    `${outcomes.length} cases, ${count("changed")} changed, ${count("failed")} could not be played; review with git diff`,
  );
  return count("failed") === 0 ? 0 : 1;
}

function updateFile(file: string, name: string, say: (text: string) => void): "same" | "changed" | "failed" {
  const before = fs.readFileSync(file, "utf8");
  try {
    const after = playTranscript(before);
    if (after === before) return "same";
    fs.writeFileSync(file, after);
    return "changed";
  } catch (error) {
    say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return "failed";
  }
}
