/** Networks of a pair: what the policy wants of each joined with what is seen of it. Pure. */
import type { InterfaceState, NetworkRole, NetworkState } from "@bulkhead/core/mscs";
import { listed } from "../../acts/consequence.ts";
import type { Condition } from "../../states/condition.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";

export interface NetworkRow {
  name: string;
  subnet: string | null;
  role: NetworkRole;
  /** Corosync link number; null = carries no heartbeats. */
  link: 0 | 1 | null;
  condition: Condition;
  /** One end per node of the pair, in its order. */
  ends: { node: string; address: string | null; state: InterfaceState }[];
}

export const roleWords: Record<NetworkRole, string> = {
  internal: "internal: heartbeats only",
  client: "client: no heartbeats",
  both: "both: heartbeats and clients",
};

const stateWords: Record<NetworkState, Condition> = {
  up: { role: "ok", word: "Up", why: null },
  partitioned: {
    role: "bad",
    word: "Partitioned",
    why: "The nodes do not hear each other on it.",
  },
  down: { role: "bad", word: "Down", why: "No heartbeat passes on it." },
  unavailable: { role: "warn", word: "Unavailable", why: "A node cannot tell of it." },
  unknown: { role: "unknown", word: "No news", why: null },
};

export const interfaceWords: Record<InterfaceState, Condition> = {
  up: { role: "ok", word: "up", why: null },
  unreachable: {
    role: "bad",
    word: "unreachable",
    why: "Its card is up, but the other node does not hear it.",
  },
  failed: { role: "bad", word: "failed", why: "Its card or cable is down." },
  unavailable: { role: "unknown", word: "not told", why: "Its node does not tell." },
  unknown: { role: "unknown", word: "no news", why: null },
};

/** In the order of the policy, then what is seen beside it. Corosync may tell of links while Pacemaker is blind. */
export function networkRows(cluster: MscsCluster): NetworkRow[] {
  const seen = cluster.view?.networks ?? [];
  const planned = cluster.networks.map(({ name, subnet, role, link }) => ({ name, subnet, role, link }));
  const others = seen
    .filter(({ name }) => !cluster.networks.some((network) => network.name === name))
    .map(({ name, role }) => ({ name, subnet: null, role, link: null }));
  return [...planned, ...others].map((network) => {
    const found = seen.find(({ name }) => name === network.name);
    const ends = cluster.nodes.map((node) => {
      const end = found?.interfaces.find((each) => each.node === node.name);
      return {
        node: node.name,
        address: end?.address ?? plannedAddress(node, network.link),
        state: end?.state ?? "unknown",
      };
    });
    return { ...network, condition: conditionOf(found?.state ?? "unknown", network.link, ends), ends };
  });
}

/** A network whose other end nobody tells of carries nothing, however well this end is; a broken one names its end. */
function conditionOf(state: NetworkState, link: NetworkRow["link"], ends: NetworkRow["ends"]): Condition {
  const base = stateWords[state];
  const cost = link === null ? "" : ": no heartbeat passes";
  const silent = ends.filter((end) => end.state === "unknown" || end.state === "unavailable");
  if (state === "up" && silent.length > 0)
    return {
      role: "unknown",
      word: "One end",
      why: `Nobody tells of the end at ${listed(silent.map(({ node }) => node))}${cost}.`,
    };
  const failed = ends.filter((end) => end.state === "failed").map(({ node }) => node);
  if (base.role !== "bad" || failed.length === 0) return base;
  return { ...base, why: `The card or cable of ${listed(failed)} is down${cost}.` };
}

function plannedAddress(node: MscsCluster["nodes"][number], link: 0 | 1 | null): string | null {
  if (link === 0) return node.address;
  return link === 1 ? (node.secondAddress ?? null) : null;
}

/** Links that carry heartbeats, and how many of them do now. */
export function linksOf(rows: readonly NetworkRow[]): { all: number; up: number; isKnown: boolean } {
  const links = rows.filter(({ link }) => link !== null);
  return {
    all: links.length,
    up: links.filter(({ condition }) => condition.role === "ok").length,
    isKnown: links.every(({ condition }) => condition.role !== "unknown"),
  };
}
