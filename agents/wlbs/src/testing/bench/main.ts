/**
 * `npm run bench:wlbs`: what the WLBS tier costs and how fast it is, each figure against the best alternative on this
 * very machine (docs/benchmarks.md). Every figure runs in namespaces of its own, so that nothing is left behind.
 */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Row, valueOf, verdictOf } from "@bulkhead/testkit/figures/rows";
import { tableText } from "@bulkhead/testkit/figures/table";
import { type Facts, machineFacts } from "./facts.ts";
import type { Context, Figure } from "./figure.ts";
import { figures } from "./figures/all.ts";
import { type Options, readOptions } from "./options.ts";

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

/**
 * One figure, in namespaces of its own that end with it: one that fails leaves nothing behind that would disturb the
 * next. Null when it failed; it has said why.
 */
async function measure(figure: Figure, options: Options, work: string): Promise<Row[] | null> {
  say(`\n  ${figure.name}: ${figure.title}`);
  const flags = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const self = [process.execPath, ...process.execArgv, process.argv[1] ?? "", ...process.argv.slice(2)];
  const inside = ["--only", figure.name, "--inside", work, "--half", options.half ?? ""];
  const child = spawn("unshare", [...flags, ...self, ...inside], { stdio: "inherit" });
  const stop = (): void => {
    isStopped = true;
    child.kill("SIGKILL");
  };
  for (const signal of stopSignals) process.once(signal, stop);
  const status = await new Promise((resolve) => child.once("exit", resolve));
  for (const signal of stopSignals) process.off(signal, stop);
  return status === 0 ? (JSON.parse(readFileSync(rowsFile(work), "utf8")) as Row[]) : null;
}

/** The end of a figure's first process is the end of all that it has started. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let isStopped = false;

const rowsFile = (work: string): string => join(work, "rows.json");

async function measureInside(figure: Figure, options: Options, work: string): Promise<void> {
  const context: Context = {
    isQuick: options.isQuick,
    minutes: options.minutes,
    work,
    halfModule: options.half ?? "",
    tell: (text) => say(`    ${text}`),
  };
  writeFileSync(rowsFile(work), JSON.stringify(await figure.run(context)));
}

interface Measured {
  rows: Row[];
  /** Figures that could not be measured. */
  failed: string[];
}

async function measureAll(options: Options, chosen: readonly Figure[]): Promise<Measured> {
  const work = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const measured: Measured = { rows: [], failed: [] };
  try {
    const half = options.half ?? buildHalf(work);
    for (const figure of chosen) {
      const rows = await measure(figure, { ...options, half }, work);
      if (isStopped) throw new Error("Stopped.");
      if (rows === null) measured.failed.push(figure.name);
      else measured.rows.push(...rows);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return measured;
}

function write(file: string, options: Options, { facts, rows, failed }: Measured & { facts: Facts }): void {
  mkdirSync(dirname(file), { recursive: true });
  const judged = rows.map((row) => ({ ...row, value: valueOf(row), verdict: verdictOf(row) }));
  const whole = { format: "bulkhead-bench-1", machine: facts, quick: options.isQuick, failed, rows: judged };
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
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
  if (options.inside !== null && chosen[0]) {
    await measureInside(chosen[0], options, options.inside);
    return 0;
  }
  return report(options, chosen);
}

async function report(options: Options, chosen: readonly Figure[]): Promise<number> {
  const facts = machineFacts();
  const { rows, failed } = await measureAll(options, chosen);
  const file = resolve(checkout, options.json ?? `.bulkhead/bench/wlbs-${facts.at.replaceAll(":", "")}.json`);
  write(file, options, { facts, rows, failed });
  const machine = `${facts.cpu}, ${facts.cores} cores, Linux ${facts.kernel}, ${facts.nft}, Node ${facts.node}`;
  process.stdout.write(`\n${tableText(rows)}\n\n${machine}, load at start ${facts.load}\n${file}\n`);
  if (failed.length > 0) process.stdout.write(`Not measured: ${failed.join(", ")}; see above.\n`);
  return failed.length > 0 || rows.some((row) => verdictOf(row) === "worse") ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
