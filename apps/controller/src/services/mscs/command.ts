/**
 * `mscs.command`: an order to a pair. The attempt is audited before anything is sent, its end when a node reports it
 * (`history/act-watch.ts`). The call waits for the first answer of the node, not for the end.
 */
import { randomUUID } from "node:crypto";
import type { Actor, ApiContext } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import {
  type MscsAct,
  type MscsOrder,
  type MscsPolicy,
  refuseOrder,
  resolveOrder,
} from "@bulkhead/core/mscs";
import { type CommandResult, readMscsAct } from "@bulkhead/protocol";
import { deedOf } from "../../audit.ts";
import { bestView, seenNodes } from "../../live/mscs/seen.ts";
import { auditCommand, auditRefusals } from "../outcomes.ts";
import { missingObject, unconfirmed } from "./orders.ts";
import { type MscsServiceOptions, nodesToAsk, pairOf, pairUnreachable } from "./pairs.ts";

/** The node answers when it has begun; it may have to ask its engine first. */
const beginTimeoutMs = 20_000;
/** Until the node has said its own deadline. */
const deadlineGuessMs = 600_000;

type Input = Parameters<ApiContext["mscs"]["command"]>[1];
type Answer = Awaited<ReturnType<ApiContext["mscs"]["command"]>>;

export async function command(options: MscsServiceOptions, actor: Actor, input: Input): Promise<Answer> {
  const { cluster, order } = input;
  const policy = pairOf(options.world, cluster);
  const entry = {
    action: `mscs.${order.verb}`,
    kind: order.object.kind === "pair" ? "mscs-cluster" : order.object.kind,
    name: order.object.name,
    args: orderArgs(cluster, order),
  };
  const missing = "missing" in policy ? policy : missingObject(policy, order);
  if (missing || "missing" in policy) {
    const answer = missing ?? (policy as Exclude<typeof policy, MscsPolicy>);
    const result = { code: "not-found", message: `${answer.missing} does not exist.` } as const;
    await auditCommand(options, actor, { ...entry, result });
    return answer;
  }
  const refusal = refusalOf(options, policy, input);
  if (refusal) {
    await auditRefusals(options, actor, { ...entry, refusals: [refusal] });
    return { refusals: [refusal] };
  }
  return await begin(options, actor, { policy, order, entry });
}

function refusalOf(options: MscsServiceOptions, policy: MscsPolicy, input: Input): Refusal | null {
  const { live, clock } = options;
  const best = bestView(seenNodes(policy, live, clock.nowMs()));
  const view = best?.isFresh ? best.view : null;
  if (nodesToAsk(options, policy).length === 0) return pairUnreachable(policy.cluster);
  // The node judges again by what it sees then; here nobody is asked for a yes to what cannot be.
  const order = view ? resolveOrder(policy, view, input.order) : input.order;
  const refusal = view ? refuseOrder({ policy, view, order }) : null;
  return refusal ?? unconfirmed(policy, view, input);
}

interface Begun {
  policy: MscsPolicy;
  order: MscsOrder;
  entry: { action: string; kind: string; name: string; args: Record<string, string> };
}

async function begin(options: MscsServiceOptions, actor: Actor, begun: Begun): Promise<Answer> {
  const { db, clock, acts } = options;
  const { policy, order, entry } = begun;
  const { all, counts } = addressees(options, policy, order);
  const at = clock.nowMs();
  const act = beginning({ id: randomUUID(), order, by: actor.name, at });
  const row = { pair: policy.cluster, node: counts, actor, act };
  await db.change(async (tx) => {
    await tx.mscs.beginAct(row);
    const detail = { phase: "begin", ...entry.args, node: counts, id: act.id };
    const object = { kind: entry.kind, name: entry.name };
    tx.audit.append(deedOf(actor, { at, action: entry.action, object, outcome: "done", detail }));
  });
  const args = { order: JSON.stringify(order), by: actor.name, id: act.id };
  const results = await Promise.all(
    all.map(async (node) => {
      const verb = "mscs.order" as const;
      return { node, result: await options.hub.command({ node, verb, args, timeoutMs: beginTimeoutMs }) };
    }),
  );
  const result = results.find(({ node }) => node === counts)?.result;
  const answered = answeredAct(act, result ?? noAnswer, clock.nowMs());
  acts.ended({ pair: policy.cluster, node: counts, act: answered });
  if (result?.refusal) return { refusals: [result.refusal] };
  return { ...answered, node: counts };
}

const noAnswer: CommandResult = { code: "failed", message: "Nobody was asked." };

/**
 * Evicting and rebuilding a node need both: the node itself first, which stops and wipes its engine, and the peer, whose
 * outcome counts, since it changes the membership.
 */
function addressees(
  options: MscsServiceOptions,
  policy: MscsPolicy,
  { verb, object }: MscsOrder,
): { all: string[]; counts: string } {
  const asked = nodesToAsk(options, policy);
  const [first = ""] = asked;
  if (verb !== "evict" && verb !== "rebuild") return { all: [first], counts: first };
  const all = asked.toSorted((a, b) => Number(b === object.name) - Number(a === object.name));
  return { all, counts: all.at(-1) ?? first };
}

function beginning(what: { id: string; order: MscsOrder; by: string; at: number }): MscsAct {
  const { id, order, by, at } = what;
  return {
    id,
    order,
    by,
    state: "running",
    startedAt: at,
    deadlineAt: at + (order.deadlineS === null ? deadlineGuessMs : order.deadlineS * 1000),
    endedAt: null,
    steps: [],
    message: "Sent to the node.",
  };
}

/** What the node says of the act, or what became of it on the way. */
function answeredAct(act: MscsAct, { code, message, data }: CommandResult, now: number): MscsAct {
  const said = readMscsAct(data);
  if (said.ok && said.value.id === act.id) return said.value;
  const ended = { ...act, endedAt: now, message };
  switch (code) {
    case "ok":
      return { ...act, message };
    case "already":
      return { ...ended, state: "done" };
    case "timeout":
      // It may still begin: its end, if there is one, comes with the reports of the node.
      return { ...act, message };
    case "failed":
      return { ...ended, state: "failed" };
    default:
      return { ...ended, state: "refused" };
  }
}

function orderArgs(cluster: string, { to, mode, deadlineS }: MscsOrder): Record<string, string> {
  return {
    cluster,
    ...(to === null ? {} : { to }),
    ...(mode === null ? {} : { mode }),
    ...(deadlineS === null ? {} : { deadlineS: String(deadlineS) }),
  };
}
