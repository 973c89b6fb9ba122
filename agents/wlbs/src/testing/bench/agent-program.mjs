/**
 * Program of the bench: the WLBS half of one host, from the bundle that nodes get, with a policy of its own. Plain
 * JavaScript, so that its memory is the product's and not that of Node's type stripper. Arguments: bundled half, node name,
 * policy as JSON, state directory. An event a change of status; answers `{ "verb": ... }`.
 */
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [halfModule = "", node = "", policyText = "", stateDir = ""] = process.argv.slice(2);
const sharedMs = () => Number(process.hrtime.bigint()) / 1e6;
const print = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const verbose = process.env.WLBS_BENCH_LOG !== undefined;
const say = (fields, text) =>
  verbose && process.stderr.write(`${Math.round(sharedMs())} ${node}: ${text} ${JSON.stringify(fields)}\n`);

process.stdout.on("error", () => process.exit(0));
mkdirSync(stateDir, { recursive: true });
const { createWlbsHalf } = await import(pathToFileURL(halfModule).href);

const clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(() => wake(), delayMs);
    return () => clearTimeout(timer);
  },
};
const report = () => print({ event: "status", at: sharedMs(), status: half.status().wlbs });
const half = createWlbsHalf({
  node,
  clock,
  log: { debug: say, info: say, warn: say, error: say },
  stateDir,
  onStatus: report,
});
const secrets = { heartbeatKeys: [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }] };
await half.apply(JSON.parse(policyText), secrets);

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, args } = JSON.parse(line);
  print(await half.command(verb, args ?? {}));
}
