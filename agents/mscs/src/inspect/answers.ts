/** `mscs.inspect` and `mscs.agents`: also on a machine that has no policy yet, before a pair is formed of it. */
import { describeAgent, type Execute, execute, installedAgents } from "@bulkhead/pacemaker";
import { type CommandResult, parseMscsPolicy } from "@bulkhead/protocol";
import { type InspectOptions, inspectNode } from "./index.ts";

type Args = Record<string, string>;

export interface InspectContext {
  node: string;
  nowMs(): number;
  witness: InspectOptions["witness"];
  /** Default: the machine's own programs. */
  run?: Execute;
}

/** `args.policy`: the `MscsPolicy` as JSON. Data is `NodeFacts`. */
export async function answerInspect(context: InspectContext, args: Args): Promise<CommandResult> {
  const policy = parseMscsPolicy(args["policy"] ?? "");
  if (!policy.ok) return { code: "bad-params", message: policy.problem };
  const { node, nowMs, witness, run = execute } = context;
  const data = await inspectNode({ run, nowMs }, { node, policy: policy.value, witness });
  return { code: "ok", message: `Facts of ${node}`, data };
}

/** Without `args.agent` the list of what is installed, with it the form of one. */
export async function answerAgents(args: Args, run: Execute = execute): Promise<CommandResult> {
  const { agent } = args;
  if (agent === undefined || agent === "")
    return { code: "ok", message: "Installed resource agents", data: await installedAgents() };
  try {
    return { code: "ok", message: agent, data: await describeAgent(run, agent) };
  } catch (error) {
    return { code: "not-found", message: error instanceof Error ? error.message : String(error) };
  }
}
