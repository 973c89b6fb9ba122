/**
 * The verbs of the local socket, which `bulkhead-agent` and nobody else speaks: `status`, `query`, `apply` with a
 * signed bundle, and `command` with any command of the service, for an admin whose controller is away. All answer
 * with a `CommandResult`.
 */
import { refusalLine } from "@bulkhead/core/fleet";
import { type CommandResult, type CommandVerb, parseEnvelope } from "@bulkhead/protocol";
import * as z from "zod";
import type { Agent } from "./agent.ts";

const localRequest = z.discriminatedUnion("verb", [
  z.object({ verb: z.enum(["status", "query", "start", "stop", "drainstop"]) }),
  z.object({ verb: z.literal("apply"), bundle: z.string() }),
  z.object({
    verb: z.literal("command"),
    /** As on the link, for example `wlbs.enable`; the half knows which ones it has. */
    command: z.string().max(64),
    args: z.record(z.string(), z.string()),
  }),
]);

export type LocalRequest = z.infer<typeof localRequest>;

export async function answerLocal(agent: Agent, request: unknown): Promise<CommandResult> {
  const outcome = localRequest.safeParse(request);
  if (!outcome.success) return { code: "bad-params", message: "The verb is not known to this agent." };
  const asked = outcome.data;
  if (asked.verb === "status") return statusResult(agent);
  if (asked.verb === "apply") return applyResult(agent, asked.bundle);
  if (asked.verb === "query") return queryResult(agent);
  if (asked.verb === "command") return agent.command(asked.command as CommandVerb, asked.args);
  return agent.command(`wlbs.${asked.verb}`, {});
}

/** `query` asks what the node is: its hosts, its groups, or, where there is neither, its status. */
async function queryResult(agent: Agent): Promise<CommandResult> {
  const { service } = agent.facts();
  if (service === "wlbs") return agent.command("wlbs.query", {});
  if (service !== "mscs") return statusResult(agent);
  const result = await agent.command("mscs.groups", {});
  const lines = groupLines(result.data);
  return lines === null ? result : { ...result, message: lines };
}

const groupRows = z.array(z.object({ name: z.string(), state: z.string(), owner: z.string().nullable() }));

/** One line per group: name, state, owner. Null when the half gave something else. */
export function groupLines(data: unknown): string | null {
  const groups = groupRows.safeParse(data);
  if (!groups.success || groups.data.length === 0) return null;
  const width = Math.max(...groups.data.map(({ name }) => name.length));
  return groups.data
    .map(({ name, state, owner }) => `${name.padEnd(width)}  ${state}${owner === null ? "" : ` on ${owner}`}`)
    .join("\n");
}

function statusResult(agent: Agent): CommandResult {
  const facts = agent.facts();
  const lines = [
    `node        ${facts.node}`,
    `service     ${facts.service}${facts.cluster === null ? "" : ` (${facts.cluster})`}`,
    `bundle      ${facts.appliedGeneration === 0 ? "none yet" : facts.appliedGeneration}`,
    `controller  ${facts.controllers.join(", ")}: ${facts.linked ? "linked" : `not linked (${facts.linkProblem})`}`,
    ...facts.warnings.map(({ text }) => `warning     ${text}`),
  ];
  return { code: "ok", message: lines.join("\n"), data: facts };
}

async function applyResult(agent: Agent, text: string): Promise<CommandResult> {
  const envelope = parseEnvelope(text);
  if (!envelope.ok) return { code: "bad-params", message: envelope.problem };
  const { generation, accepted, refusal } = await agent.offer(envelope.value, "file");
  if (accepted) return { code: "ok", message: `Bundle ${generation} is carried out.` };
  return refusal === null
    ? { code: "failed", message: `Bundle ${generation} was not carried out.` }
    : { code: "refused", message: refusalLine(refusal), refusal };
}
