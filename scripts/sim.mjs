/**
 * `npm run sim`: simulated WLBS clusters in bad weather, thousands of them. Sets up what it needs as `npm test` does,
 * then hands over to the pinned Node; the program itself is packages/testkit/src/sim/main.ts.
 */
import path from "node:path";
import { attempt } from "./lib/run.mjs";
import { root, runtimeNode, setUpPackages } from "./lib/setup.mjs";
import { report } from "./lib/steps.mjs";

async function main() {
  process.chdir(root);
  await setUpPackages();
  const program = path.join(root, "packages/testkit/src/sim/main.ts");
  const args = ["--disable-warning=ExperimentalWarning", program, ...process.argv.slice(2)];
  const { code } = await attempt(await runtimeNode(), args, { cwd: root, inherit: true });
  // A signal has a name instead of a number.
  return typeof code === "number" ? code : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => process.exit(report(error)),
);
