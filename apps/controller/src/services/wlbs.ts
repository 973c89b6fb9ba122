/** The `wlbs` part of the API context: commands and questions to hosts, side by side; each command audited per host. */
import type { Actor, ApiContext, CommandOutcome, Missing, WlbsOrder } from "@bulkhead/api";
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import type { CommandResult, CommandVerb } from "@bulkhead/protocol";
import type { KeyRotations } from "../deploy/key-rotation.ts";
import type { AgentHub } from "../hub/hub.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import { wlbsClusters, wlbsPolicyOf } from "../live/snapshot.ts";
import { seenHosts } from "../live/wlbs/seen.ts";
import { newestTables, tablesOf } from "../live/wlbs/tables.ts";
import { hostCause } from "../live/wlbs/why.ts";
import type { World } from "../world.ts";
import { auditCommand, auditRefusals, type OutcomeLog, outcomeOf } from "./outcomes.ts";
import { filterAnswer } from "./wlbs-filter.ts";
import { orderArgs, orderRefusals, packetRefusal, targetRefusal } from "./wlbs-orders.ts";

/** A host answers at once; draining goes on after the answer. */
const timeoutMs = 10_000;

export interface WlbsServiceOptions extends OutcomeLog {
  world: World;
  live: LiveFleet;
  hub: Pick<AgentHub, "command">;
  rotations: Pick<KeyRotations, "rotate">;
}

export function wlbsService(options: WlbsServiceOptions): ApiContext["wlbs"] {
  const { world, live, clock } = options;
  return {
    command: (actor, order) => command(options, actor, order),
    async ask({ cluster, host, verb, target }) {
      const place = placeOf(world, cluster, host);
      if ("missing" in place) return place;
      const refusal = verb === "queryport" ? targetRefusal(verb, target) : null;
      if (refusal) return { refusals: [refusal] };
      const args = verb === "queryport" && target !== null ? { target } : {};
      return await askAll(options, place, { verb: `wlbs.${verb}`, args });
    },
    async filter(question) {
      const place = placeOf(world, question.cluster, null);
      if ("missing" in place) return place;
      const refusal = packetRefusal(question);
      if (refusal) return { refusals: [refusal] };
      const { protocol, from, to } = question;
      const outcomes = await askAll(options, place, { verb: "wlbs.filter", args: { protocol, from, to } });
      return filterAnswer(place.policy, question, outcomes);
    },
    tables(cluster) {
      const policy = wlbsPolicyOf(world, cluster);
      if (!policy) return noCluster(world, cluster);
      return tablesOf(newestTables(seenHosts(policy, live, clock.nowMs())));
    },
    async rotateKey(actor, cluster) {
      const policy = wlbsPolicyOf(world, cluster);
      if (policy) return await options.rotations.rotate(actor, policy);
      const missing = noCluster(world, cluster);
      await auditMissing(options, actor, { action: "clusters.rotate-key", name: cluster, missing });
      return missing;
    },
  };
}

interface Place {
  policy: WlbsPolicy;
  nodes: string[];
}

async function command(options: WlbsServiceOptions, actor: Actor, order: WlbsOrder) {
  const action = `wlbs.${order.verb}` as const;
  const name = order.host ?? order.cluster;
  const place = placeOf(options.world, order.cluster, order.host);
  if ("missing" in place) {
    await auditMissing(options, actor, { action, name, missing: place });
    return place;
  }
  const args = { cluster: order.cluster, ...orderArgs(order) };
  const refusals = orderRefusals(order, place.nodes.length);
  if (refusals.length > 0) {
    const kind = order.host === null ? "wlbs-cluster" : "wlbs-host";
    await auditRefusals(options, actor, { action, kind, name, args, refusals });
    return { refusals };
  }
  return await Promise.all(
    place.nodes.map(async (node) => {
      const result = await send(options, place, { node, verb: action, args: orderArgs(order) });
      await auditCommand(options, actor, { action, kind: "wlbs-host", name: node, args, result });
      return outcomeOf(node, result);
    }),
  );
}

function askAll(
  options: WlbsServiceOptions,
  place: Place,
  what: { verb: CommandVerb; args: Record<string, string> },
): Promise<CommandOutcome[]> {
  return Promise.all(
    place.nodes.map(async (node) => outcomeOf(node, await send(options, place, { node, ...what }))),
  );
}

/** A host that does not answer is named with what was last known of it. */
async function send(
  { hub, live, clock }: WlbsServiceOptions,
  { policy }: Place,
  order: { node: string; verb: CommandVerb; args: Record<string, string> },
): Promise<CommandResult> {
  const result = await hub.command({ ...order, timeoutMs });
  if (result.code !== "timeout") return result;
  const now = clock.nowMs();
  const host = seenHosts(policy, live, now).find((seen) => seen.host.node === order.node);
  const cause = host && hostCause(host, now);
  return cause ? { ...result, message: `${result.message} ${cause}` } : result;
}

function placeOf(world: World, cluster: string, host: string | null): Place | Missing {
  const policy = wlbsPolicyOf(world, cluster);
  if (!policy) return noCluster(world, cluster);
  const names = policy.hosts.map(({ node }) => node);
  // The host ID does as well (KB 233178).
  if (host === null) return { policy, nodes: names };
  const found = policy.hosts.find(({ node, hostId }) => node === host || String(hostId) === host);
  if (found) return { policy, nodes: [found.node] };
  return { missing: `host ${host} in WLBS cluster ${cluster}`, cure: `Its hosts are ${names.join(", ")}.` };
}

function noCluster(world: World, cluster: string): Missing {
  const known = wlbsClusters(Object.values(world.applied?.plan.policies ?? {})).map((one) => one.cluster);
  const cure =
    known.length > 0
      ? `The plan in force has ${known.join(", ")}.`
      : "No WLBS cluster has been deployed yet; apply a fleet file.";
  return { missing: `WLBS cluster ${cluster}`, cure };
}

async function auditMissing(
  options: OutcomeLog,
  actor: Actor,
  { action, name, missing }: { action: string; name: string; missing: Missing },
): Promise<void> {
  const result = { code: "not-found", message: `There is no ${missing.missing}.` } as const;
  await auditCommand(options, actor, { action, kind: "wlbs-host", name, args: {}, result });
}
