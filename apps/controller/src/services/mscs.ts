/** The `mscs` part of the API context: moves of groups, each attempt audited with its outcome. */
import type { ApiContext } from "@bulkhead/api";
import type { AgentHub } from "../hub/hub.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import { mscsView } from "../live/mscs-view.ts";
import { mscsPairs } from "../live/snapshot.ts";
import type { World } from "../world.ts";
import { auditCommand, type OutcomeLog, outcomeOf } from "./outcomes.ts";

/** A move is answered when the engine has taken the order; stopping a database first can take its time. */
const moveTimeoutMs = 60_000;

export interface MscsServiceOptions extends OutcomeLog {
  world: World;
  live: LiveFleet;
  hub: Pick<AgentHub, "command" | "isOnline">;
}

export function mscsService(options: MscsServiceOptions): ApiContext["mscs"] {
  return {
    async move(actor, { cluster, group, to }) {
      const order = moveOrder(options, { cluster, group, to });
      const result =
        "problem" in order
          ? ({ code: "not-found", message: order.problem } as const)
          : await options.hub.command({
              node: order.via,
              verb: "mscs.move",
              args: { cluster, group, to: order.to },
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
    },
  };
}

/** Any connected node of the pair can pass the order on; the owner's peer is the default target. */
function moveOrder(
  { world, live, hub, clock }: MscsServiceOptions,
  move: { cluster: string; group: string; to: string | null },
): { via: string; to: string } | { problem: string } {
  const policy = mscsPairs(Object.values(world.applied?.plan.policies ?? {})).find(
    (candidate) => candidate.cluster === move.cluster,
  );
  if (!policy) return { problem: `There is no MSCS pair ${move.cluster} in the plan in force.` };
  if (!policy.groups.some(({ name }) => name === move.group)) {
    return { problem: `Pair ${move.cluster} has no group ${move.group}.` };
  }
  const names = policy.nodes.map(({ node }) => node);
  if (move.to !== null && !names.includes(move.to)) {
    return { problem: `${move.to} is no node of pair ${move.cluster}; name ${names.join(" or ")}.` };
  }
  const view = mscsView(policy, live, clock.nowMs());
  const owner = view.view?.groups.find(({ name }) => name === move.group)?.owner ?? null;
  const to = move.to ?? names.find((name) => name !== owner);
  const via = [view.viewFrom, ...names].find((name) => name !== null && hub.isOnline(name));
  if (!via)
    return { problem: `No node of pair ${move.cluster} is connected; run the move on a node itself.` };
  if (owner === null && move.to === null) {
    return {
      problem: `It is not known which node owns group ${move.group}; name the node it shall move to.`,
    };
  }
  return { via, to: to ?? via };
}
