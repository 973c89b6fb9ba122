/** Commands of the MSCS half: `mscs.move` and `mscs.groups`. Codes are those of DOMAIN 1.8. */
import { failsBackAtOnce, type MscsPolicy } from "@bulkhead/core/mscs";
import type { MoveOutcome, PacemakerRunner } from "@bulkhead/pacemaker";
import type { CommandResult } from "@bulkhead/protocol";

/** A database may need its whole stop timeout; after that the engine goes on by itself. */
const moveWaitMs = 120_000;

export interface MoveContext {
  policy: MscsPolicy;
  runner: PacemakerRunner;
}

/** `args`: `group`, and `to` (empty or absent: the node that does not own the group now). */
export async function moveCommand(
  context: MoveContext,
  args: Record<string, string>,
): Promise<CommandResult> {
  const { policy, runner } = context;
  const group = args["group"] ?? "";
  if (group === "") return { code: "bad-params", message: "Name the group that is to move" };
  const to = args["to"] || (await peerOfOwner(context, group));
  const refused = refuseBounce(policy, group, to);
  if (refused !== null) return refused;
  return moveResult({ group, to }, await runner.move({ group, to, waitMs: moveWaitMs }));
}

/** An unowned group goes to the first node. */
async function peerOfOwner({ policy, runner }: MoveContext, group: string): Promise<string> {
  const owner = (await runner.read()).groups.find((item) => item.name === group)?.owner;
  return (policy.nodes.find((node) => node.node !== owner) ?? policy.nodes[0]).node;
}

/** With immediate failback the engine would bring the group straight back: two outages for nothing. */
function refuseBounce(policy: MscsPolicy, name: string, to: string): CommandResult | null {
  const group = policy.groups.find((item) => item.name === name);
  if (group === undefined || !failsBackAtOnce(group)) return null;
  const [preferred] = group.preferredOwners;
  if (preferred === undefined || preferred === to) return null;
  return {
    code: "refused",
    message: `Group ${name} fails back to ${preferred} at once, so it would not stay on ${to}. Set failback.allow to false or give it a window, apply, and move again`,
  };
}

function moveResult(move: { group: string; to: string }, outcome: MoveOutcome): CommandResult {
  const { group, to } = move;
  switch (outcome.result) {
    case "moved":
      return { code: "ok", message: `Group ${group} is online on ${to}`, data: { group, to } };
    case "already":
      return { code: "already", message: `Group ${group} is already online on ${to}`, data: { group, to } };
    case "not-found":
    case "refused":
    case "timeout":
    case "failed":
      return { code: outcome.result, message: outcome.message };
  }
}
