/**
 * `npm run bench:wlbs`: what the WLBS tier costs and how fast it is, each figure against the best alternative on this
 * very machine (docs/benchmarks.md). Re-executes itself in namespaces of its own, so that nothing is left behind.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Facts, machineFacts } from "./facts.ts";
import { type Context, type Figure, type Row, valueOf, verdictOf } from "./figure.ts";
import { figures } from "./figures/all.ts";
import { type Options, readOptions } from "./options.ts";
import { tableText } from "./table.ts";

const checkout = fileURLToPath(new URL("../../../../..", import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

function isThere(program: string): boolean {
  const searched = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return searched.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Debian packages that the chosen figures lack on this machine. */
function missingPackages(chosen: readonly Figure[]): string[] {
  const lacking = chosen.flatMap(({ needs }) => needs).filter(({ program }) => !isThere(program));
  return [...new Set(lacking.map((need) => need.package))];
}

/** Builds the half as nodes get it: what is measured is what is installed. */
function buildHalf(work: string): string {
  const script = join(checkout, "agents/node/build.mjs");
  const built = spawnSync(process.execPath, [script, "--out", join(work, "agent")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`The agent does not build: ${built.stderr.trim()}`);
  return join(work, "agent/wlbs.mjs");
}

async function runAll(options: Options, chosen: readonly Figure[]): Promise<Row[]> {
  const work = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const rows: Row[] = [];
  try {
    const context: Context = {
      ...options,
      work,
      halfModule: options.half ?? buildHalf(work),
      tell: (text) => say(`    ${text}`),
    };
    for (const figure of chosen) {
      say(`\n  ${figure.name}: ${figure.title}`);
      rows.push(...(await figure.run(context)));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return rows;
}

function write(
  file: string,
  options: Options,
  { facts, rows }: { facts: Facts; rows: readonly Row[] },
): void {
  mkdirSync(dirname(file), { recursive: true });
  const judged = rows.map((row) => ({ ...row, value: valueOf(row), verdict: verdictOf(row) }));
  const whole = { format: "bulkhead-bench-1", machine: facts, quick: options.isQuick, rows: judged };
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
}

/** Runs the same command as the first process of namespaces that end with it. */
function enterNamespaces(): never {
  const flags = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1), "--inside"];
  const { status } = spawnSync("unshare", [...flags, ...self], { stdio: "inherit" });
  process.exit(status ?? 1);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), figures);
  const chosen = figures.filter(({ name }) => options.only.includes(name));
  if (options.isList) {
    process.stdout.write(`${figures.map(({ name, title }) => `${name.padEnd(10)} ${title}`).join("\n")}\n`);
    return 0;
  }
  const missing = missingPackages(chosen);
  if (options.isCheck) {
    process.stdout.write(`${JSON.stringify({ missingPackages: missing, root: process.getuid?.() === 0 })}\n`);
    return 0;
  }
  if (missing.length > 0) {
    say(
      `The bench needs ${missing.join(", ")}. Run: apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
    return 3;
  }
  if (!options.isInside) enterNamespaces();
  const facts = machineFacts();
  const rows = await runAll(options, chosen);
  const file = resolve(checkout, options.json ?? `.bulkhead/bench/wlbs-${facts.at.replaceAll(":", "")}.json`);
  write(file, options, { facts, rows });
  process.stdout.write(
    `\n${tableText(rows)}\n\n${facts.cpu}, ${facts.cores} cores, Linux ${facts.kernel}, ${facts.nft}, Node ${facts.node}, load at start ${facts.load}\n${file}\n`,
  );
  return rows.some((row) => verdictOf(row) === "worse") ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
