/** The `wlbs` and `mscs` parts of the API context: commands to nodes, each attempt audited with its outcome. */
import type { Actor, ApiContext, CommandOutcome } from "@bulkhead/api";
import type { AuditOutcome } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import type { CommandResult } from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";
import { deedOf } from "../audit.ts";
import type { AgentHub } from "../hub/hub.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import { mscsView } from "../live/mscs-view.ts";
import { mscsPairs, wlbsClusters } from "../live/snapshot.ts";
import type { World } from "../world.ts";

/** A host answers at once; draining goes on after the answer. */
const wlbsTimeoutMs = 10_000;
/** A move is answered when the engine has taken the order; stopping a database first can take its time. */
const mscsTimeoutMs = 60_000;

export interface CommandServiceOptions {
  db: Pick<Db, "audit">;
  world: World;
  live: LiveFleet;
  hub: AgentHub;
  clock: Clock;
}

export function wlbsService(options: CommandServiceOptions): ApiContext["wlbs"] {
  return {
    async command(actor, input) {
      const hosts = hostsOf(options.world, input.cluster, input.host);
      if (hosts.length === 0) return [await notThere(options, actor, input)];
      return await Promise.all(
        hosts.map(async (node) => {
          const verb = `wlbs.${input.verb}` as const;
          const args = { cluster: input.cluster };
          const result = await options.hub.command({ node, verb, args, timeoutMs: wlbsTimeoutMs });
          await audit(options, actor, { action: verb, kind: "wlbs-host", name: node, result, args });
          return outcomeOf(node, result);
        }),
      );
    },
  };
}

export function mscsService(options: CommandServiceOptions): ApiContext["mscs"] {
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
              timeoutMs: mscsTimeoutMs,
            });
      const target = "problem" in order ? (to ?? "the peer") : order.to;
      await audit(options, actor, {
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

function hostsOf(world: World, cluster: string, host: string | null): string[] {
  const policy = wlbsClusters(Object.values(world.applied?.plan.policies ?? {})).find(
    (candidate) => candidate.cluster === cluster,
  );
  const names = policy?.hosts.map(({ node }) => node) ?? [];
  return host === null ? names : names.filter((name) => name === host);
}

async function notThere(
  options: CommandServiceOptions,
  actor: Actor,
  input: { cluster: string; host: string | null; verb: string },
): Promise<CommandOutcome> {
  const what =
    input.host === null ? `WLBS cluster ${input.cluster}` : `host ${input.host} in ${input.cluster}`;
  const result = { code: "not-found", message: `There is no ${what} in the plan in force.` } as const;
  const name = input.host ?? input.cluster;
  const args = { cluster: input.cluster };
  await audit(options, actor, { action: `wlbs.${input.verb}`, kind: "wlbs-host", name, result, args });
  return outcomeOf(name, result);
}

/** Any connected node of the pair can pass the order on; the owner's peer is the default target. */
function moveOrder(
  { world, live, hub, clock }: CommandServiceOptions,
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

function outcomeOf(node: string, result: CommandResult): CommandOutcome {
  const { code, message, refusal } = result;
  return refusal ? { node, code, message, refusal } : { node, code, message };
}

async function audit(
  { db, clock }: CommandServiceOptions,
  actor: Actor,
  entry: { action: string; kind: string; name: string; result: CommandResult; args: Record<string, string> },
): Promise<void> {
  const { code, message, refusal } = entry.result;
  await db.audit.append(
    deedOf(actor, {
      at: clock.nowMs(),
      action: entry.action,
      object: { kind: entry.kind, name: entry.name },
      outcome: outcomeWord(code, refusal),
      detail: {
        ...entry.args,
        code,
        message,
        ...(refusal ? { rule: refusal.rule, cure: refusal.cure } : {}),
      },
    }),
  );
}

function outcomeWord(code: CommandResult["code"], refusal: Refusal | undefined): AuditOutcome {
  if (refusal || code === "refused" || code === "bad-params" || code === "not-found") return "refused";
  return code === "failed" || code === "timeout" ? "failed" : "done";
}
