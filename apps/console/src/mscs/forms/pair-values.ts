/** A pair between the fleet file and its form, and what can be offered from the nodes that are enrolled. Pure. */
import type { NodeSnapshot } from "@bulkhead/api";
import { inSubnet, networkOf, parseCidr } from "@bulkhead/core/fleet";
import type { NetworkRole } from "@bulkhead/core/mscs";
import type { Plain } from "../../fleet-file/plain.ts";
import { parametersOf, parametersText, textOf } from "./judges.ts";

export interface PairValues {
  name: string;
  first: string;
  second: string;
  /** Empty = none. */
  witness: string;
  networks: { name: string; subnet: string; role: NetworkRole }[];
  /** Empty = no fencing. */
  fenceAgent: string;
  /** Lines of NAME=VALUE: for all nodes, for the first, for the second. */
  fenceAll: string;
  fenceFirst: string;
  fenceSecond: string;
  tokenMs: string;
}

/** The form of what the fleet file says; an empty object gives a new pair. */
export function pairValues(name: string, file: Readonly<Record<string, unknown>>): PairValues {
  const [first = "", second = ""] = (file["nodes"] ?? []) as string[];
  const networks = (file["networks"] ?? {}) as Record<string, { subnet: string; role?: NetworkRole }>;
  const fencing = (file["fencing"] ?? {}) as {
    agent?: string;
    parameters?: Record<string, unknown>;
    nodes?: Record<string, Record<string, unknown>>;
  };
  return {
    name,
    first,
    second,
    witness: (file["witness"] ?? "") as string,
    networks: Object.entries(networks).map(([network, { subnet, role }]) => ({
      name: network,
      subnet,
      role: role ?? "both",
    })),
    fenceAgent: fencing.agent ?? "",
    fenceAll: parametersText(fencing.parameters ?? {}),
    fenceFirst: parametersText(fencing.nodes?.[first] ?? {}),
    fenceSecond: parametersText(fencing.nodes?.[second] ?? {}),
    tokenMs: textOf(file["tokenMs"], "1000"),
  };
}

/** What the fleet file is to say, key by key; undefined = not said. Groups are not touched. */
export function pairFile(values: PairValues): Record<string, Plain | undefined> {
  return {
    nodes: [values.first, values.second],
    networks:
      values.networks.length === 0
        ? undefined
        : Object.fromEntries(
            values.networks.map(({ name, subnet, role }) => [
              name,
              { subnet: subnet.trim(), role: role === "both" ? undefined : role },
            ]),
          ),
    witness: values.witness || undefined,
    fencing: fencingFile(values),
    tokenMs: values.tokenMs === "1000" ? undefined : Number(values.tokenMs),
  };
}

function fencingFile(values: PairValues): Plain | undefined {
  const agent = values.fenceAgent.trim();
  if (agent === "") return undefined;
  const all = parametersOf(values.fenceAll);
  const each = {
    [values.first]: parametersOf(values.fenceFirst),
    [values.second]: parametersOf(values.fenceSecond),
  };
  const said = Object.entries(each).filter(([, parameters]) => Object.keys(parameters).length > 0);
  return {
    agent,
    parameters: Object.keys(all).length > 0 ? all : undefined,
    nodes: said.length > 0 ? Object.fromEntries(said) : undefined,
  };
}

/** Nodes that may be in this pair: enrolled, and in no other cluster. */
export function freeNodes(nodes: readonly NodeSnapshot[], pair: string): NodeSnapshot[] {
  return nodes.filter(({ cluster, role }) => role === null || cluster === pair);
}

/** Networks that both nodes have an address in, as CIDR text; loopback and link-local ones left out. */
export function commonSubnets(a: NodeSnapshot, b: NodeSnapshot): string[] {
  const subnets = a.addresses.flatMap(({ address, prefixLength }) => {
    const cidr = parseCidr(`${address}/${prefixLength}`);
    return cidr ? [networkOf(cidr)] : [];
  });
  const shared = subnets.filter((subnet) => b.addresses.some(({ address }) => inSubnet(address, subnet)));
  const texts = shared.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  return [...new Set(texts)].filter(
    (text) => !/^(127\.|169\.254\.|::1|fe80)/i.test(text) && !/\/(32|128)$/.test(text),
  );
}

/** Names and roles for the networks that two nodes share: the first for both, the second for heartbeats. */
export function offeredNetworks(subnets: readonly string[]): PairValues["networks"] {
  return subnets.slice(0, 2).map((subnet, i) => ({
    name: i === 0 ? "service" : "private",
    subnet,
    role: i === 0 ? "both" : "internal",
  }));
}
