/**
 * `npm run sim`: plays worlds and says which broke a promise. `--seed N` plays one again and tells its whole story.
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { updateCases } from "../cases/update.ts";
import { runWorld } from "../worlds/story.ts";
import { playWorlds } from "./crowd.ts";
import { WorldTally } from "./tally.ts";

const usage = `Usage: npm run sim -- [options]

  --worlds N        how many worlds to play (default 1000)
  --from N          first seed (default 1)
  --threads N       default: one per processor
  --seed N          play one world again and tell its story
  --update-cases    write what the machine does now into the frozen cases; review with git diff
  --help            this text
`;

const PROGRESS_MS = 5000;
/** Stories shown in full; the seeds of the others are enough. */
const STORIES = 3;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      worlds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      threads: { type: "string", default: String(os.availableParallelism()) },
      seed: { type: "string" },
      "update-cases": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const number = (name: "worlds" | "from" | "threads" | "seed") => {
    const text = values[name];
    if (text === undefined) return null;
    if (!/^\d{1,9}$/.test(text))
      throw new Error(`--${name} ${text} is not a number. Give one from 0 to 999999999.`);
    return Number(text);
  };
  return {
    ...values,
    worlds: number("worlds"),
    from: number("from"),
    threads: number("threads"),
    seed: number("seed"),
  };
}

function playOne(seed: number): number {
  const result = runWorld(seed, { logLines: 400 });
  say(result.story);
  for (const { check, at, text } of result.violations.slice(0, 5)) say(`${at.toFixed(1)} ${check}: ${text}`);
  say(result.violations.length === 0 ? "no promise was broken" : "a promise was broken");
  return result.violations.length === 0 ? 0 : 1;
}

async function playMany(from: number, worlds: number, threads: number): Promise<number> {
  const tally = new WorldTally();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const progress = setInterval(() => {
    const rate = tally.worlds / seconds();
    say(`${tally.worlds} of ${worlds} worlds, ${rate.toFixed(1)} a second, ${tally.failed} broken`);
  }, PROGRESS_MS);
  await playWorlds({
    from,
    worlds,
    threads,
    onResult: (result) => {
      tally.add(result);
      if (result.violations.length > 0 && tally.failed <= STORIES)
        say(`\n${result.story}\nagain: npm run sim -- --seed ${result.seed}\n`);
    },
  }).finally(() => clearInterval(progress));
  for (const line of tally.summary()) say(line);
  say(`${seconds().toFixed(0)} s`);
  return tally.failed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) say(usage);
  if (options.help) return 0;
  if (options["update-cases"]) return updateCases(say);
  if (options.seed !== null) return playOne(options.seed);
  return playMany(options.from ?? 1, options.worlds ?? 1000, Math.max(1, options.threads ?? 1));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
  },
);
