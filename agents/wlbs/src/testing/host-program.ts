/**
 * Program of the proof: the real WLBS half of one host with a static policy. Arguments: node name, policy as JSON,
 * state directory. Prints an event at every change of status; answers `{ "verb": ... }` with the result.
 */
import { createInterface } from "node:readline";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { CommandVerb } from "@bulkhead/protocol";
import { silentLogger, systemClock } from "@bulkhead/runtime";
import { createWlbsHalf } from "../index.ts";
import { sharedMs } from "./tree.ts";

const [node = "", policyText = "", stateDir = ""] = process.argv.slice(2);
const print = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

// The proof has ended and nobody reads any more.
process.stdout.on("error", () => process.exit(0));

const half = createWlbsHalf({
  node,
  clock: systemClock,
  log: process.env["WLBS_PROOF_LOG"] ? consoleLogger() : silentLogger,
  stateDir,
  onStatus: () => print({ event: "status", node, at: sharedMs(), report: half.status() }),
});

const secrets = { heartbeatKeys: [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }] };
await half.apply(JSON.parse(policyText) as NodePolicy, secrets);

createInterface({ input: process.stdin }).on("line", (line) => void answer(JSON.parse(line) as Question));

interface Question {
  verb: CommandVerb | "leave" | "release" | "policy";
  policy?: NodePolicy;
}

async function answer({ verb, policy }: Question): Promise<void> {
  if (verb === "policy") {
    if (policy) await half.apply(policy, secrets);
    return print({ code: "ok" });
  }
  if (verb !== "leave" && verb !== "release") return print(await half.command(verb, {}));
  await half.stop({ keepDataPlane: verb === "leave" });
  print({ code: "ok" });
  process.exit(0);
}

function consoleLogger(): typeof silentLogger {
  const say = (fields: Record<string, unknown>, message: string): void =>
    void process.stderr.write(`${Math.round(sharedMs())} ${node}: ${message} ${JSON.stringify(fields)}\n`);
  return { debug: say, info: say, warn: say, error: say };
}
