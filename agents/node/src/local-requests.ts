/**
 * The verbs of the local socket, which `bulkhead-agent` and nobody else speaks: `status`, `query`, `start`,
 * `stop`, `drainstop`, and `apply` with a signed bundle. All answer with a `CommandResult`.
 */
import { refusalLine } from "@bulkhead/core/fleet";
import { type CommandResult, parseEnvelope } from "@bulkhead/protocol";
import * as z from "zod";
import type { Agent } from "./agent.ts";

const localRequest = z.object({
  verb: z.enum(["status", "query", "start", "stop", "drainstop", "apply"]),
  /** `apply`: text of the envelope. */
  bundle: z.string().optional(),
});

export type LocalRequest = z.infer<typeof localRequest>;

export async function answerLocal(agent: Agent, request: unknown): Promise<CommandResult> {
  const outcome = localRequest.safeParse(request);
  if (!outcome.success) return { code: "bad-params", message: "The verb is not known to this agent." };
  const { verb, bundle } = outcome.data;
  if (verb === "status") return statusResult(agent);
  if (verb === "apply") return applyResult(agent, bundle ?? "");
  if (verb === "query") return queryResult(agent);
  return agent.command(`wlbs.${verb}`, {});
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
