/** Commands of the MSCS half. Codes are those of DOMAIN 1.8. */
import { randomUUID } from "node:crypto";
import { refusalLine } from "@bulkhead/core/fleet";
import type { MscsAct, MscsOrder } from "@bulkhead/core/mscs";
import { type CommandResult, type CommandVerb, parseMscsOrder } from "@bulkhead/protocol";
import type { Given, Taken } from "./acts/desk.ts";
import { driftAdoption } from "./drift-adoption.ts";
import { answerAgents, answerInspect, type InspectContext } from "./inspect/answers.ts";
import type { Member } from "./member.ts";
import { answerDrift, answerWhatIf } from "./what-if.ts";

type Args = Record<string, string>;

/** Answers for every verb and never rejects. */
export async function answerMember(member: Member, verb: CommandVerb, args: Args): Promise<CommandResult> {
  try {
    switch (verb) {
      case "mscs.groups":
        return {
          code: "ok",
          message: "Groups of the pair",
          data: (await member.tracker.refresh()).groups,
        };
      case "mscs.move":
        return await moveCommand(member, args);
      case "mscs.order":
        return await orderCommand(member, args);
      case "mscs.whatIf":
        return await answerWhatIf(member.tools.runner, args);
      case "mscs.drift":
        return await answerDrift(member.tools.runner, member.inForce.policy);
      case "mscs.adoption":
        return {
          code: "ok",
          message: "What taking over the changes by hand would mean",
          data: driftAdoption(member.inForce.policy, await member.tools.runner.cib()),
        };
      case "mscs.inspect":
        return await answerInspect(inspectContext(member), args);
      case "mscs.agents":
        return await answerAgents(args);
      default:
        return { code: "bad-params", message: `${verb} is not a command for a node of an MSCS pair` };
    }
  } catch (error) {
    return { code: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function inspectContext({ node, tools, tracker }: Member): InspectContext {
  const { isTls, why } = tracker.status().view.witness;
  return { node, nowMs: () => tools.clock.nowMs(), witness: { isTls, why } };
}

/** `args`: `group`, and `to` (empty or absent: the other node). Answers when the group is there. */
async function moveCommand(member: Member, args: Args): Promise<CommandResult> {
  const name = args["group"] ?? "";
  if (name === "") return { code: "bad-params", message: "Name the group that is to move" };
  const order: MscsOrder = {
    verb: "move",
    object: { kind: "group", name },
    to: args["to"] || null,
    mode: null,
    deadlineS: null,
  };
  const taken = await member.desk.take({ id: randomUUID(), by: args["by"] ?? "local", order });
  return endResult(taken, await taken.ended);
}

/**
 * `args`: `order` as JSON, `id` and `by`. Answers as soon as the act has begun (or was refused); with `wait` "true", when it
 * has ended.
 */
async function orderCommand(member: Member, args: Args): Promise<CommandResult> {
  const order = parseMscsOrder(args["order"] ?? "");
  if (!order.ok) return { code: "bad-params", message: order.problem };
  const given: Given = { id: args["id"] || randomUUID(), by: args["by"] || "local", order: order.value };
  const taken = await member.desk.take(given);
  if (args["wait"] === "true") return endResult(taken, await taken.ended);
  const { act } = taken;
  if (taken.refusal !== null) return endResult(taken, act);
  return { code: "ok", message: `${act.order.verb} of ${act.order.object.name} has begun`, data: act };
}

function endResult({ refusal }: Taken, act: MscsAct | null): CommandResult {
  if (act === null) return { code: "failed", message: "The agent was stopped meanwhile; look at the group" };
  const result = { message: act.message, data: act };
  switch (act.state) {
    case "done":
      return { code: isIdle(act) ? "already" : "ok", ...result };
    case "refused":
      return refusal === null
        ? { code: "refused", ...result }
        : { code: "refused", ...result, message: refusalLine(refusal), refusal };
    case "timeout":
      return { code: "timeout", ...result };
    default:
      return { code: "failed", ...result };
  }
}

/** Nothing had to be done: it was so already. */
function isIdle(act: MscsAct): boolean {
  return act.steps.length === 0;
}
