/**
 * `npm run bench:wlbs`: makes sure of packages, the pinned Node and the programs that the figures are measured against,
 * then hands over to agents/wlbs/src/testing/bench (docs/benchmarks.md).
 */
import { parseArgs } from "node:util";
import { installSystemPackages } from "./lib/apt.mjs";
import { interrupted, stopOnSignals } from "./lib/interrupt.mjs";
import { attempt, run } from "./lib/run.mjs";
import { root, runtimeNode, setUpPackages } from "./lib/setup.mjs";
import { Halt, report } from "./lib/steps.mjs";

const usage = `Usage: npm run bench:wlbs -- [options]

  --list            the figures, one a line
  --only LIST       figures to measure, comma separated (default all)
  --quick           fewer and shorter rounds: for trying out, not for the record
  --minutes N       length of the long run of "calm" (default 10, with --quick 1)
  --json FILE       where the numbers go (default .bulkhead/bench/ in the checkout)
  --yes             install missing system packages without asking
  --help            this text

Needs root: network namespaces, nftables. Exit code 1: a figure is worse than it may ever be.
`;

const program = "agents/wlbs/src/testing/bench/main.ts";

async function main() {
  const { words, assumeYes, isList } = readOptions();
  stopOnSignals(async () => {});
  await setUpPackages();
  const node = await runtimeNode();
  if (!isList) await makeSure(node, words, assumeYes);
  const { code } = await attempt(node, [program, ...words], { cwd: root, inherit: true });
  return typeof code === "number" ? code : 1;
}

function readOptions() {
  const [tier, ...rest] = process.argv.slice(2);
  const options = {
    list: { type: "boolean" },
    only: { type: "string" },
    quick: { type: "boolean" },
    minutes: { type: "string" },
    json: { type: "string" },
    yes: { type: "boolean" },
    help: { type: "boolean" },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: rest, options }));
  } catch (error) {
    throw new Halt(`${String(error.message).split(". ")[0].replace(/\.$/, "")}.`, `\n\n${usage}`, 2);
  }
  if (values.help || tier !== "wlbs") {
    process.stdout.write(usage);
    process.exit(values.help ? 0 : 2);
  }
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
