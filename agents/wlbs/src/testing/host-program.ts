/**
 * Program of the proof: the real WLBS half of one host with a static policy. Arguments: node name, policy as JSON,
 * state directory. Prints an event at every change of status; answers `{ "verb": ... }` with the result.
 */
import { createInterface } from "node:readline";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { BundleSecrets, CommandVerb } from "@bulkhead/protocol";
import { errorText, silentLogger, systemClock } from "@bulkhead/runtime";
import { precedeServices } from "../precedence.ts";
import { realPorts } from "../real-ports.ts";
import { wlbsHalf } from "../wlbs-half.ts";
import { sharedMs } from "./tree.ts";

const [node = "", policyText = "", stateDir = ""] = process.argv.slice(2);
const print = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

// The proof has ended and nobody reads any more.
process.stdout.on("error", () => process.exit(0));

precedeServices();
const half = wlbsHalf(
  {
    node,
    clock: systemClock,
    log: process.env["WLBS_PROOF_LOG"] ? consoleLogger() : silentLogger,
    stateDir,
    onStatus: () => print({ event: "status", node, at: sharedMs(), report: half.status() }),
  },
  realPorts(new URL("breakable-thread.ts", import.meta.url)),
);
const breaks = new BroadcastChannel("break");

const policy = JSON.parse(policyText) as NodePolicy;
let secrets: BundleSecrets = {
  heartbeatKeys: [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }],
};
await half.apply(policy, secrets);
print({ event: "ready", node });

createInterface({ input: process.stdin }).on("line", (line) => void answer(JSON.parse(line) as Question));

interface Question {
  verb: CommandVerb | "leave" | "release" | "policy" | "break" | "block";
  args?: Record<string, string>;
  policy?: NodePolicy;
  secrets?: BundleSecrets;
  /** `break`: "hang" or "throw". */
  how?: string;
  /** `block`: how long the main thread does nothing else, ms. */
  ms?: number;
}

async function answer(question: Question): Promise<void> {
  const { verb } = question;
  if (verb === "policy") return print(await applied(question));
  if (verb === "break") {
    breaks.postMessage(question.how);
    return print({ code: "ok" });
  }
  if (verb === "block") return print(block(question.ms ?? 0));
  if (verb !== "leave" && verb !== "release") return print(await half.command(verb, question.args ?? {}));
  await half.stop({ keepDataPlane: verb === "leave" });
  print({ code: "ok" });
  process.exit(0);
}

async function applied(question: Question): Promise<unknown> {
  secrets = question.secrets ?? secrets;
  try {
    await half.apply(question.policy ?? policy, secrets);
    return { code: "ok" };
  } catch (error) {
    return { code: "refused", message: errorText(error) };
  }
}

function block(ms: number): unknown {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return { code: "ok" };
}

function consoleLogger(): typeof silentLogger {
  const say = (fields: Record<string, unknown>, message: string): void =>
    void process.stderr.write(`${Math.round(sharedMs())} ${node}: ${message} ${JSON.stringify(fields)}\n`);
  return { debug: say, info: say, warn: say, error: say };
}
