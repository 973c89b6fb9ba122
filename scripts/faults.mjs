/**
 * `npm run faults:mscs`: every fault of the matrix (docs/lab.md), several times, on a lab of its own; a table at the end, and
 * the results as JSON.
 */
import path from "node:path";
import { interrupted } from "./lib/interrupt.mjs";
import { onOwnSystem } from "./lib/own-system.mjs";
import { root } from "./lib/setup.mjs";
import { report } from "./lib/steps.mjs";
import { readWordsOrHelp } from "./lib/words.mjs";

const usage = `Usage: npm run faults:mscs -- [options]

  --rounds N     times that each fault is done (default 5)
  --only LIST    faults to do, comma separated (default all)
  --json FILE    where the results go (default .bulkhead/faults/results.json in the checkout); the engine's logs of
                 rounds that were not well or slow are kept beside it
  --help         this text

Needs root and the packages of the lab's back tier. Exit code 1: a round was not as it has to be.
`;

function readOptions() {
  const options = {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    json: { type: "string", default: path.join(root, ".bulkhead/faults/results.json") },
    help: { type: "boolean", default: false },
  };
  const values = readWordsOrHelp(options, usage);
  // npm runs us in the checkout, whatever directory its user is in.
  const json = path.resolve(process.env.INIT_CWD ?? process.cwd(), values.json);
  return ["--rounds", values.rounds, "--json", json, ...(values.only ? ["--only", values.only] : [])];
}

const main = async () =>
  onOwnSystem({ program: "e2e/src/faults/main.ts", words: readOptions(), startArguments: [] });

main().then(
  (code) => !interrupted() && process.exit(code),
  (error) => !interrupted() && process.exit(report(error)),
);
