/** The events that can be asked about, with what each needs to know. Pure. */
import type { WhatIfQuestion } from "@bulkhead/api";
import type { MscsCluster } from "../../states/mscs-states.ts";

export type EventKind = Exclude<WhatIfQuestion["kind"], "plan">;

/** What the form holds; fields that the kind does not need are ignored. */
export interface Asked {
  kind: EventKind;
  node: string;
  group: string;
  /** `group/resource`. */
  resource: string;
  network: string;
  to: string;
  mode: "keep" | "drain";
  times: number;
}

export const eventLabels: Record<EventKind, string> = {
  nodeLoss: "A node is lost (power, crash, hang)",
  nodeReturn: "A node comes back",
  nodePause: "A node is paused",
  resourceFailure: "A resource fails",
  linkLoss: "A network is cut",
  witnessLoss: "The witness is lost",
  move: "A group is moved",
};

export const eventKinds = Object.keys(eventLabels) as EventKind[];

export interface EventField {
  name: "node" | "group" | "resource" | "network" | "to" | "mode" | "times";
  label: string;
  options: readonly { value: string; text: string }[];
}

const timesAsked = [1, 2, 3, 4, 5, 10];

/** The fields of each event, with what the pair has to choose from. */
export function eventFields(cluster: MscsCluster, kind: EventKind): EventField[] {
  const named = (name: EventField["name"], label: string, values: readonly string[]): EventField => ({
    name,
    label,
    options: values.map((value) => ({ value, text: value })),
  });
  const nodes = cluster.nodes.map(({ name }) => name);
  switch (kind) {
    case "nodeLoss":
    case "nodeReturn":
      return [named("node", "Node", nodes)];
    case "nodePause":
      return [named("node", "Node", nodes), { name: "mode", label: "And", options: pauseOptions }];
    case "resourceFailure":
      return [
        named("resource", "Resource", resourcesOf(cluster)),
        { name: "times", label: "For the", options: timesOptions },
      ];
    case "linkLoss":
      return [
        named(
          "network",
          "Network",
          cluster.networks.map(({ name }) => name),
        ),
      ];
    case "witnessLoss":
      return [];
    case "move":
      return [
        named(
          "group",
          "Group",
          cluster.groups.map(({ name }) => name),
        ),
        named("to", "To", nodes),
      ];
  }
}

const pauseOptions = [
  { value: "drain", text: "its groups move away" },
  { value: "keep", text: "it keeps its groups" },
];

const timesOptions = timesAsked.map((times) => ({
  value: String(times),
  text: times === 1 ? "first time" : `${times}. time in a row`,
}));

/** The first of everything: the owner of the first group is what one asks about most. */
export function firstAsked(cluster: MscsCluster): Asked {
  const group = cluster.groups[0];
  const owner = cluster.view?.groups.find(({ name }) => name === group?.name)?.owner;
  const [first] = cluster.nodes;
  return {
    kind: "nodeLoss",
    node: owner ?? first?.name ?? "",
    group: group?.name ?? "",
    resource: resourcesOf(cluster)[0] ?? "",
    network: cluster.networks[0]?.name ?? "",
    to: cluster.nodes.find(({ name }) => name !== owner)?.name ?? "",
    mode: "drain",
    times: 1,
  };
}

/** All resources as `group/resource`. */
export function resourcesOf(cluster: MscsCluster): string[] {
  return cluster.groups.flatMap((group) => group.resources.map(({ name }) => `${group.name}/${name}`));
}

/** Null = something is missing, for example a pair without groups. */
export function questionOf(asked: Asked): WhatIfQuestion | null {
  const { kind, node, group, network, to, mode, times } = asked;
  const [of = "", resource = ""] = asked.resource.split("/");
  switch (kind) {
    case "nodeLoss":
    case "nodeReturn":
      return node ? { kind, node } : null;
    case "nodePause":
      return node ? { kind, node, mode } : null;
    case "resourceFailure":
      return resource ? { kind, group: of, resource, times } : null;
    case "linkLoss":
      return network ? { kind, network } : null;
    case "witnessLoss":
      return { kind };
    case "move":
      return group && to ? { kind, group, to } : null;
  }
}

/** "db-1 is lost", as the head of the answer. */
export function questionText(question: WhatIfQuestion): string {
  switch (question.kind) {
    case "nodeLoss":
      return `${question.node} is lost`;
    case "nodeReturn":
      return `${question.node} comes back`;
    case "nodePause":
      return `${question.node} is paused and ${question.mode === "keep" ? "keeps its groups" : "drained"}`;
    case "resourceFailure":
      return `${question.resource} of ${question.group} fails${question.times === 1 ? "" : ` for the ${question.times}. time in a row`}`;
    case "linkLoss":
      return `Network ${question.network} is cut`;
    case "witnessLoss":
      return "The witness is lost";
    case "move":
      return `${question.group} is moved to ${question.to}`;
    case "plan":
      return "The plan is applied";
  }
}
