/**
 * What adopting a pair of somebody else would mean: what can be managed as it is, what Bulkhead would write differently, what is
 * not understood and stays untouched, and what stands in the way. Membership, quorum device, fencing and options of the engine
 * stay somebody else's in any case (`engine: adopted`).
 */
import { differencesIn } from "./adopt-differences.ts";
import { pairFileText } from "./adopt-file.ts";
import type { AdoptionItem, AdoptionReport } from "./adoption.ts";
import type { CibModel, CibPrimitive } from "./cib-model.ts";
import { compileCib } from "./compile-cib.ts";
import { decompile } from "./decompile.ts";
import type { Fencing, MscsGroup, MscsNetwork, MscsPolicy } from "./types.ts";

/** What was found on a node. */
export interface FoundPair {
  cluster: string;
  /** In the order of their node ids. */
  nodes: { name: string; nodeId: number; addresses: string[] }[];
  /** One for each link, as far as this node's interfaces tell their subnets. */
  networks: MscsNetwork[];
  /** Address of the qnetd host. */
  witness: string | null;
  tokenMs: number;
  model: CibModel;
  /** Resources that stand in no group. */
  loose: CibPrimitive[];
  unread: { object: string; why: string }[];
}

/** Names that a fleet file can hold. */
const namePattern = /^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/i;

export function adoptionReport(found: FoundPair): AdoptionReport {
  const { groups, kept } = understoodGroups(found);
  const obstacles = obstaclesOf(found, groups);
  const policy = obstacles.length > 0 ? null : policyOf(found, groups);
  const differences =
    policy === null ? new Map<string, string[]>() : differencesIn(found.model, compileCib(policy));
  const members = groups.flatMap((group) => [
    `group ${group.name}`,
    ...group.resources.map((item) => `primitive ${item.name}`),
  ]);
  return {
    pair: found.cluster,
    asIs: [
      ...members
        .filter((object) => policy !== null && !differences.has(object))
        .map((object) => ({ object, text: "Can be managed as it is." })),
      ...engineItems(found),
    ],
    changes: members.flatMap((object) => {
      const lines = differences.get(object) ?? [];
      return lines.length === 0 ? [] : [{ object, text: `${lines.join("; ")}.` }];
    }),
    kept,
    obstacles,
    fleetFile: policy === null ? "" : pairFileText(policy),
  };
}

/** What stays with whoever set the engine up. */
function engineItems({ model, witness }: FoundPair): AdoptionItem[] {
  return [
    ...model.fencing.map((item) => ({
      object: `primitive ${item.id}`,
      text: "Fencing stays as it is; it is watched, not written.",
    })),
    ...(witness === null
      ? []
      : [
          {
            object: `quorum device ${witness}`,
            text: "Stays as it is. Enrol that host and name it as witness of the pair, so that it is watched too.",
          },
        ]),
  ];
}

/** A group of which one part is not understood is left alone as a whole. */
function understoodGroups(found: FoundPair): { groups: MscsGroup[]; kept: AdoptionItem[] } {
  const nodes = found.nodes.map((node) => node.name);
  const { groups, failed } = decompile(found.model, { nodes, engine: "adopted" });
  const why = new Map([...failed, ...found.unread].map((item) => [item.object, item.why]));
  const problem = ({ name, resources }: MscsGroup) =>
    [`group ${name}`, ...resources.map((item) => `primitive ${item.name}`)]
      .flatMap((object) => (why.has(object) ? [`${object}: ${why.get(object)}`] : []))
      .concat(nameProblem([name, ...resources.map((item) => item.name)]))[0];
  const left = groups.flatMap((group) => {
    const text = problem(group);
    return text === undefined
      ? []
      : [{ object: `group ${group.name}`, text: `Kept as it is and shown, because of ${text}.` }];
  });
  const isLeft = (group: MscsGroup) => left.some((item) => item.object === `group ${group.name}`);
  const taken = groups.filter((group) => !isLeft(group));
  const others = found.unread.filter((item) => !groups.some((group) => isPart(group, item.object)));
  return {
    groups: taken,
    kept: [
      ...left,
      ...failed.map((item) => ({ object: item.object, text: `Kept untouched with its group: ${item.why}.` })),
      ...others.map((item) => ({ object: item.object, text: `Kept untouched: ${item.why}.` })),
      ...found.loose.map(({ id }) => ({
        object: `primitive ${id}`,
        text: "Kept untouched: it stands in no group. Put it into a group with the engine's own tools to manage it.",
      })),
    ],
  };
}

function isPart({ name, resources }: MscsGroup, object: string): boolean {
  return object === `group ${name}` || resources.some((item) => object === `primitive ${item.name}`);
}

function nameProblem(names: readonly string[]): string[] {
  return names
    .filter((name) => !namePattern.test(name))
    .map((name) => `the name ${name}, which a fleet file cannot hold`);
}

function obstaclesOf({ nodes, cluster }: FoundPair, groups: readonly MscsGroup[]): string[] {
  return [
    ...(nodes.length === 2
      ? []
      : [`It has ${nodes.length} nodes; Bulkhead manages pairs. It can be watched as it is.`]),
    ...nameProblem([cluster, ...nodes.map((node) => node.name)]).map((text) => `It has ${text}.`),
    ...(groups.length > 0
      ? []
      : ["It has no group that Bulkhead understands, so there is nothing to manage."]),
  ];
}

function policyOf(found: FoundPair, groups: MscsGroup[]): MscsPolicy | null {
  const [first, second] = found.nodes.map(
    ({ name, nodeId, addresses: [address = "", secondAddress = null] }) => ({
      node: name,
      nodeId,
      address,
      secondAddress,
    }),
  );
  if (first === undefined || second === undefined) return null;
  return {
    cluster: found.cluster,
    engine: "adopted",
    nodes: [first, second],
    networks: found.networks,
    // Its address is known, but not its name in the fleet.
    witness: null,
    fencing: fencingOf(found),
    tokenMs: Math.max(1000, found.tokenMs),
    groups,
  };
}

/** What may be a secret is left out: nobody writes it in an adopted pair, and a fleet file is read by many. */
function fencingOf({ model, nodes }: FoundPair): Fencing | null {
  const [first] = model.fencing;
  if (first === undefined) return null;
  const open = ({ attributes }: CibPrimitive) =>
    Object.fromEntries(
      Object.entries(attributes).filter(([name]) => !/pass|secret|key|pcmk_host/i.test(name)),
    );
  const deviceOf = (node: string) =>
    model.fencing.find((item) => (item.attributes["pcmk_host_list"] ?? "").split(/[\s,;]+/).includes(node)) ??
    first;
  return {
    agent: first.agent.type,
    parameters: {},
    nodes: Object.fromEntries(nodes.map(({ name }) => [name, open(deviceOf(name))])),
  };
}
