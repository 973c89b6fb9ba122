/** Questions about pairs that change nothing: history, drift, foreign pairs, adoption, resource agents. */
import type { ApiContext, ForeignPairRow, InstalledAgent } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { readAdoption, readAgentForm, readDrift, readInstalledAgents } from "@bulkhead/protocol";
import { askNode, askPair, type MscsServiceOptions, nodesToAsk, pairOf, pairUnreachable } from "./pairs.ts";

type Questions = Pick<
  ApiContext["mscs"],
  "history" | "drift" | "foreign" | "adoption" | "agents" | "agentForm"
>;

/** Reading the meta-data of every installed agent starts each of them once. */
const agentsTimeoutMs = 60_000;

export function questions(options: MscsServiceOptions): Questions {
  const { world, db } = options;
  return {
    async history({ cluster, group, before, limit }) {
      const policy = pairOf(world, cluster);
      const rows = await db.mscs.failovers({ pair: cluster, group, before, limit });
      // A pair that is gone keeps its history.
      return "missing" in policy && rows.length === 0 ? policy : rows;
    },
    async drift(cluster) {
      const policy = pairOf(world, cluster);
      if ("missing" in policy) return policy;
      const answer = await askPair(options, policy, {
        verb: "mscs.drift",
        args: { cluster, policy: JSON.stringify(policy) },
        read: readDrift,
      });
      return "refusals" in answer ? answer : { cluster, ...answer.value };
    },
    foreign: async () => foreignPairs(options),
    async adoption(node) {
      const answer = world.node(node)
        ? await askNode(options, node, { verb: "mscs.adoption", args: {}, read: readAdoption })
        : null;
      if (answer) return "refusal" in answer ? { refusals: [answer.refusal] } : answer.value;
      const names = world.nodes.map(({ name }) => name).join(", ");
      return { missing: `Node ${node}`, cure: `Enrolled are ${names || "none"}.` };
    },
    async agents(cluster) {
      const policy = pairOf(world, cluster);
      return "missing" in policy ? policy : await installedOnAll(options, policy);
    },
    async agentForm({ cluster, agent }) {
      const policy = pairOf(world, cluster);
      if ("missing" in policy) return policy;
      const question = { verb: "mscs.agents" as const, args: { agent }, read: readAgentForm };
      const answer = await askPair(options, policy, question);
      return "refusals" in answer ? answer : answer.value;
    },
  };
}

function foreignPairs({ world, live }: MscsServiceOptions): ForeignPairRow[] {
  const rows = new Map<string, ForeignPairRow>();
  for (const { name } of world.nodes) {
    const entry = live.get(name);
    const pair = entry?.inventory?.foreignPair ?? null;
    if (!entry || !pair) continue;
    // Two pairs of others may have the same name; their members tell them apart.
    const key = `${pair.cluster} ${pair.nodes.map((node) => node.name).join()}`;
    const row = rows.get(key);
    const isNewer = (entry.lastSeenAt ?? 0) >= (row?.at ?? 0);
    rows.set(key, {
      nodes: [...(row?.nodes ?? []), name],
      cluster: pair.cluster,
      pair: isNewer ? pair : (row?.pair ?? pair),
      at: isNewer ? entry.lastSeenAt : (row?.at ?? null),
    });
  }
  return [...rows.values()];
}

/** What only one node has cannot run on the other. A node that is away is not asked. */
async function installedOnAll(
  options: MscsServiceOptions,
  policy: Parameters<typeof nodesToAsk>[1],
): Promise<InstalledAgent[] | { refusals: Refusal[] }> {
  const nodes = nodesToAsk(options, policy);
  if (nodes.length === 0) return { refusals: [pairUnreachable(policy.cluster)] };
  const question = {
    verb: "mscs.agents" as const,
    args: {},
    read: readInstalledAgents,
    timeoutMs: agentsTimeoutMs,
  };
  const answers = await Promise.all(nodes.map((node) => askNode(options, node, question)));
  const refusals = answers.flatMap((answer) => ("refusal" in answer ? [answer.refusal] : []));
  if (refusals.length > 0) return { refusals };
  const [first = [], ...others] = answers.flatMap((answer) => ("value" in answer ? [answer.value] : []));
  const sets = others.map((list) => new Set(list.map(({ agent }) => agent)));
  return first.filter(({ agent }) => sets.every((set) => set.has(agent)));
}
