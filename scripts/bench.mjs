/**
 * `npm run bench:wlbs`: makes sure of packages, the pinned Node and the programs that the figures are measured against,
 * then hands over to agents/wlbs/src/testing/bench. `npm run bench:mscs`: starts a lab with a second pair, and hands over
 * to e2e/src/bench. See docs/benchmarks.md.
 */
import path from "node:path";
import { installSystemPackages } from "./lib/apt.mjs";
import { interrupted, stopOnSignals } from "./lib/interrupt.mjs";
import { onOwnSystem } from "./lib/own-system.mjs";
import { attempt, run } from "./lib/run.mjs";
import { root, runtimeNode, setUpPackages } from "./lib/setup.mjs";
import { Halt, report } from "./lib/steps.mjs";
import { readWordsOrHelp } from "./lib/words.mjs";

const usageWlbs = `Usage: npm run bench:wlbs -- [options]

  --list            the figures, one a line
  --only LIST       figures to measure, comma separated (default all)
  --quick           fewer and shorter rounds: for trying out, not for the record
  --half FILE       a bundled half to measure instead of this checkout's
  --minutes N       length of the long run of "calm" (default 10, with --quick 1)
  --json FILE       where the numbers go (default .bulkhead/bench/ in the checkout)
  --yes             install missing system packages without asking
  --help            this text

Needs root: network namespaces, nftables. Exit code 1: a figure is worse than it may ever be.
`;

const usageMscs = `Usage: npm run bench:mscs -- [options]

  --list            the figures, one a line
  --only LIST       figures to measure, comma separated (default all)
  --rounds N        times that each fault is done to each pair (default 10)
  --json FILE       where the numbers go (default .bulkhead/bench/mscs.json in the checkout)
  --help            this text

Needs root and the packages of the lab's back tier. Times of a machine that does other work are told, not judged.
`;

const program = "agents/wlbs/src/testing/bench/main.ts";

async function main() {
  const [tier, ...rest] = process.argv.slice(2);
  if (tier === "mscs") return benchMscs(rest);
  const { words, assumeYes, isList } = readWlbsOptions(tier, rest);
  stopOnSignals(async () => {});
  await setUpPackages();
  const node = await runtimeNode();
  if (!isList) await makeSure(node, words, assumeYes);
  const { code } = await attempt(node, [program, ...words], { cwd: root, inherit: true });
  return typeof code === "number" ? code : 1;
}

async function benchMscs(rest) {
  const options = {
    list: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "10" },
    json: { type: "string", default: path.join(root, ".bulkhead/bench/mscs.json") },
    help: { type: "boolean", default: false },
  };
  const values = readWordsOrHelp(options, usageMscs, rest);
  const benchProgram = "e2e/src/bench/main.ts";
  if (values.list) {
    await setUpPackages();
    const { code } = await attempt(await runtimeNode(), [benchProgram, "--list"], {
      cwd: root,
      inherit: true,
    });
    return code;
  }
  // npm runs us in the checkout, whatever directory its user is in.
  const json = path.resolve(process.env.INIT_CWD ?? process.cwd(), values.json);
  const only = values.only ? ["--only", values.only] : [];
  const words = ["--rounds", values.rounds, "--json", json, ...only];
  return onOwnSystem({ program: benchProgram, words, startArguments: ["--pairs", "by-hand"] });
}

function readWlbsOptions(tier, rest) {
  const options = {
    list: { type: "boolean" },
    only: { type: "string" },
    quick: { type: "boolean" },
    half: { type: "string" },
    minutes: { type: "string" },
    json: { type: "string" },
    yes: { type: "boolean" },
    help: { type: "boolean" },
  };
  const values = readWordsOrHelp(options, usageWlbs, rest);
  if (tier !== "wlbs") throw new Halt(`There is no bench "${tier ?? ""}".`, "There are wlbs and mscs.", 2);
  const words = rest.filter((word) => word !== "--yes");
  return { words, assumeYes: values.yes ?? false, isList: values.list ?? false };
}

/** Halts when this machine cannot measure, and says what would let it. */
async function makeSure(node, words, assumeYes) {
  const checked = await run(node, [program, ...words, "--check"], { cwd: root });
  const { missingPackages, root: isRoot } = JSON.parse(checked);
  if (!isRoot) throw new Halt("The bench builds network namespaces and must be root.", "Run it with sudo.");
  const wish = { packages: missingPackages, purpose: "the bench", assumeYes };
  if (!(await installSystemPackages(wish)))
    throw new Halt(
      `The bench cannot compare without ${missingPackages.join(", ")}.`,
      "Or leave figures out with --only; --list names them.",
      3,
    );
}

main().then(
  (code) => !interrupted() && process.exit(code),
  (error) => !interrupted() && process.exit(report(error)),
);
