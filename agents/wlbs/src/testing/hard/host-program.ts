/**
 * Program of the proofs under hardship: the real WLBS half of one host. Arguments: node name, state directory, by how
 * many ms its clock is wrong at first. Answers every `{ "verb": ... }`; tells of every status and log line.
 */
import { createInterface } from "node:readline";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { BundleSecrets, CommandVerb } from "@bulkhead/protocol";
import { errorText, type Logger, systemClock } from "@bulkhead/runtime";
import { precedeServices } from "../../precedence.ts";
import { realPorts } from "../../real-ports.ts";
import { wlbsHalf } from "../../wlbs-half.ts";
import { sharedMs } from "../tree.ts";

interface Question {
  verb: CommandVerb | "apply" | "leave" | "release" | "strain";
  args?: Record<string, string>;
  policy?: NodePolicy;
  secrets?: BundleSecrets;
  /** `strain`: what the thread of the driver is told; see `strained-thread.ts`. */
  how?: unknown;
}

const [node = "", stateDir = "", skewMs = "0"] = process.argv.slice(2);
// For the thread of the driver, which is given what the process has when it begins.
process.env["WLBS_HARD_SKEW_MS"] = skewMs;
const print = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
// The proof has ended and nobody reads any more.
process.stdout.on("error", () => process.exit(0));

precedeServices();
const half = wlbsHalf(
  {
    node,
    clock: systemClock,
    log: tellingLogger(),
    stateDir,
    onStatus: () => print({ event: "status", at: sharedMs(), report: half.status() }),
  },
  realPorts(new URL("strained-thread.ts", import.meta.url)),
);
const strains = new BroadcastChannel("strain");

/** As the agent's frame does: a policy that cannot be begun is tried again until it can. */
async function apply({ policy, secrets }: Question): Promise<unknown> {
  try {
    await half.apply(policy as NodePolicy, secrets ?? {});
    return { code: "ok", message: "" };
  } catch (error) {
    return { code: "refused", message: errorText(error) };
  }
}

async function answer(question: Question): Promise<void> {
  const { verb } = question;
  if (verb === "apply") return print(await apply(question));
  if (verb === "strain") {
    strains.postMessage(question.how);
    return print({ code: "ok" });
  }
  if (verb !== "leave" && verb !== "release") return print(await half.command(verb, question.args ?? {}));
  await half.stop({ keepDataPlane: verb === "leave" });
  print({ code: "ok" });
  process.exit(0);
}

createInterface({ input: process.stdin }).on("line", (line) => void answer(JSON.parse(line) as Question));

function tellingLogger(): Logger {
  const say =
    (level: string) =>
    (fields: Record<string, unknown>, message: string): void =>
      print({ event: "log", level, message, fields });
  return { debug() {}, info: say("info"), warn: say("warn"), error: say("error") };
}
