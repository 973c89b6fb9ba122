/** Which pair a call is about, and which of its nodes can be asked. */
import type { Missing } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import type { Db } from "@bulkhead/db";
import type { CommandResult, CommandVerb, Parsed } from "@bulkhead/protocol";
import type { ActWatch } from "../../history/act-watch.ts";
import type { FailoverBook } from "../../history/failover-book.ts";
import type { AgentHub } from "../../hub/hub.ts";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { bestView, seenNodes } from "../../live/mscs/seen.ts";
import { mscsPairs } from "../../live/snapshot.ts";
import type { World } from "../../world.ts";
import type { OutcomeLog } from "../outcomes.ts";

export interface MscsServiceOptions extends OutcomeLog {
  db: Pick<Db, "audit" | "change" | "mscs" | "plans">;
  world: World;
  live: LiveFleet;
  hub: Pick<AgentHub, "command" | "isOnline">;
  acts: Pick<ActWatch, "ended">;
  book: Pick<FailoverBook, "recent">;
}

/** A question is answered from memory or by one run of the engine's tools. */
const askTimeoutMs = 15_000;

export function pairOf(world: World, cluster: string): MscsPolicy | Missing {
  const pairs = mscsPairs(Object.values(world.applied?.plan.policies ?? {}));
  const found = pairs.find((policy) => policy.cluster === cluster);
  if (found) return found;
  const names = pairs.map((policy) => policy.cluster).join(", ");
  const cure = names
    ? `The plan in force has ${names}.`
    : "No MSCS pair has been deployed yet; apply a fleet file.";
  return { missing: `MSCS pair ${cluster}`, cure };
}

/** Connected nodes of the pair: the coordinator's first, then the one that sees best. */
export function nodesToAsk(
  { live, hub, clock }: Pick<MscsServiceOptions, "live" | "hub" | "clock">,
  policy: MscsPolicy,
): string[] {
  const names = policy.nodes.map(({ node }) => node);
  const best = bestView(seenNodes(policy, live, clock.nowMs()));
  const first = [best?.view.dc, best?.from].filter((name) => name !== undefined && name !== null);
  const inOrder = [...new Set([...first, ...names])];
  return inOrder.filter((name) => names.includes(name) && hub.isOnline(name));
}

/** Asks one node after the other until one gives an answer that can be read. */
export async function askPair<T>(
  options: Pick<MscsServiceOptions, "live" | "hub" | "clock">,
  policy: MscsPolicy,
  question: { verb: CommandVerb; args: Record<string, string>; read(data: unknown): Parsed<T> },
): Promise<{ value: T; from: string } | { refusals: Refusal[] }> {
  const refusals: Refusal[] = [];
  for (const node of nodesToAsk(options, policy)) {
    const answer = await askNode(options, node, question);
    if ("value" in answer) return { ...answer, from: node };
    refusals.push(answer.refusal);
  }
  // What the first one says is about the pair; the second may only say that it cannot know.
  return { refusals: [refusals[0] ?? pairUnreachable(policy.cluster)] };
}

export async function askNode<T>(
  { hub }: Pick<MscsServiceOptions, "hub">,
  node: string,
  question: {
    verb: CommandVerb;
    args: Record<string, string>;
    read(data: unknown): Parsed<T>;
    timeoutMs?: number;
  },
): Promise<{ value: T } | { refusal: Refusal }> {
  const { verb, args, read, timeoutMs = askTimeoutMs } = question;
  const result = await hub.command({ node, verb, args, timeoutMs });
  if (result.code !== "ok") return { refusal: result.refusal ?? notAnswered(node, result) };
  const answer = read(result.data);
  return answer.ok ? { value: answer.value } : { refusal: notUnderstood(node, answer.problem) };
}

export function pairUnreachable(cluster: string): Refusal {
  return {
    rule: "B-unreachable",
    severity: "error",
    objects: [{ kind: "mscs-cluster", name: cluster }],
    message: `No node of pair ${cluster} is connected`,
    reason: "Only the agents of its nodes can ask and order its engine.",
    cure: "Check that the agents run and reach the controller, or give the order on a node itself (bulkhead-agent mscs).",
  };
}

function notAnswered(node: string, { code, message }: CommandResult): Refusal {
  return {
    rule: code === "refused" ? "B-refused" : "B-answer",
    severity: "error",
    objects: [{ kind: "node", name: node }],
    message: `${node} did not do it (${code})`,
    reason: /[.!?]$/.test(message) ? message : `${message}.`,
    cure: "Look at the state of the pair, remove the cause, and ask again.",
  };
}

function notUnderstood(node: string, problem: string): Refusal {
  return {
    rule: "B-answer",
    severity: "error",
    objects: [{ kind: "node", name: node }],
    message: `The answer of ${node} cannot be read`,
    reason: problem,
    cure: `Bring the agent of ${node} to the version of the controller.`,
  };
}
