/** The tracked source files of the repository, with their imports: what the house rules look at. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

export interface SourceFile {
  /** Relative to the root, with slashes. */
  name: string;
  text: string;
  lines: number;
  imports: Import[];
}

export interface Import {
  /** As written. */
  target: string;
  isType: boolean;
}

/** Tracked files and those about to be: a rule broken by a new file is seen before its commit. */
export function trackedFiles(): string[] {
  const output = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return output.split("\0").filter((name) => name !== "" && fs.existsSync(path.join(root, name)));
}

export function sourceFiles(): SourceFile[] {
  return trackedFiles()
    .filter((name) => /\.(ts|tsx)$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => readSource(name));
}

function readSource(name: string): SourceFile {
  const text = fs.readFileSync(path.join(root, name), "utf8");
  return { name, text, lines: text.split("\n").length - 1, imports: importsOf(text) };
}

const statement = /^\s*(?:import|export)\s+(type\s+)?([^;"']*?from\s*)?["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Imports and re-exports, static and dynamic. A statement whose names are all `type` counts as a type import. */
export function importsOf(text: string): Import[] {
  const fixed = [...text.matchAll(statement)].map(([, type, names = "", target = ""]) => ({
    target,
    isType: type !== undefined || onlyTypes(names),
  }));
  const late = [...text.matchAll(dynamic)].map(([, target = ""]) => ({ target, isType: false }));
  return [...fixed, ...late];
}

function onlyTypes(names: string): boolean {
  const listed = /^\{([^}]*)\}\s*from\s*$/.exec(names.trim().replace(/\s+/g, " "))?.[1];
  if (listed === undefined) return false;
  return listed
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .every((item) => item.startsWith("type "));
}

/** Tests, and what only tests use: folders `testing` and `lab` under `src`, and the programs of lab proofs (`*.lab.ts`). */
export const isTest = (name: string): boolean =>
  /\.(test|fuzz|spec|lab)\.tsx?$|\/src\/(.+\/)?(testing|lab)\//.test(name);
