/** `mscs.move`: a planned move that waits until the group is there. Each attempt is audited with its outcome. */
import type { ApiContext, CommandOutcome } from "@bulkhead/api";
import { bestView, seenNodes } from "../../live/mscs/seen.ts";
import { auditCommand, outcomeOf } from "../outcomes.ts";
import { type MscsServiceOptions, nodesToAsk, pairOf } from "./pairs.ts";

/** A move is answered when the engine has taken the order; stopping a database first can take its time. */
const moveTimeoutMs = 60_000;

type Move = Parameters<ApiContext["mscs"]["move"]>[1];

export async function move(
  options: MscsServiceOptions,
  actor: Parameters<ApiContext["mscs"]["move"]>[0],
  { cluster, group, to }: Move,
): Promise<CommandOutcome> {
  const order = moveOrder(options, { cluster, group, to });
  const result =
    "problem" in order
      ? ({ code: "not-found", message: order.problem } as const)
      : await options.hub.command({
          node: order.via,
          verb: "mscs.move",
          args: { cluster, group, to: order.to, by: actor.name },
          timeoutMs: moveTimeoutMs,
        });
  const target = "problem" in order ? (to ?? "the peer") : order.to;
  await auditCommand(options, actor, {
    action: "mscs.move",
    kind: "group",
    name: group,
    result,
    args: { cluster, to: target },
  });
  return outcomeOf("problem" in order ? cluster : order.via, result);
}

/** Any connected node of the pair can pass the order on; the owner's peer is the default target. */
function moveOrder(
  options: MscsServiceOptions,
  move: Move,
): { via: string; to: string } | { problem: string } {
  const { world, live, clock } = options;
  const policy = pairOf(world, move.cluster);
  if ("missing" in policy) return { problem: `There is no MSCS pair ${move.cluster} in the plan in force.` };
  if (!policy.groups.some(({ name }) => name === move.group)) {
    return { problem: `Pair ${move.cluster} has no group ${move.group}.` };
  }
  const names = policy.nodes.map(({ node }) => node);
  if (move.to !== null && !names.includes(move.to)) {
    return { problem: `${move.to} is no node of pair ${move.cluster}; name ${names.join(" or ")}.` };
  }
  const view = bestView(seenNodes(policy, live, clock.nowMs()))?.view;
  const owner = view?.groups.find(({ name }) => name === move.group)?.owner ?? null;
  const to = move.to ?? names.find((name) => name !== owner);
  const [via] = nodesToAsk(options, policy);
  if (!via)
    return { problem: `No node of pair ${move.cluster} is connected; run the move on a node itself.` };
  if (owner === null && move.to === null) {
    return {
      problem: `It is not known which node owns group ${move.group}; name the node it shall move to.`,
    };
  }
  return { via, to: to ?? via };
}
