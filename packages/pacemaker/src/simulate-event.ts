/** Lays an event of a what-if into a CIB: what must be edited beforehand, and what crm_simulate injects itself. */
import {
  compileCib,
  type Membership,
  type MscsGroup,
  type MscsPolicy,
  type PairState,
  runningOf,
  type WhatIfEvent,
} from "@bulkhead/core/mscs";
import { withBans, withNodeAttribute, withOffline } from "./cib-edit.ts";
import { mergeCib } from "./cib-merge.ts";
import { cibIdOf, monitorIntervalMs, primitivesOf } from "./pair-history.ts";
import { child, element, type XmlElement } from "./xml.ts";

interface EventInput {
  policy: MscsPolicy;
  state: PairState;
  event: WhatIfEvent;
  membership: Membership;
}

/** The CIB to ask about, and the options that tell the rest. */
export function simulationOf(cib: XmlElement, input: EventInput): { cib: XmlElement; args: string[] } {
  const { event, membership } = input;
  return {
    cib: withQuorum(withoutFenced(withUnseen(edited(cib, input), input), input), membership.hasQuorum),
    args: [
      ...membership.lost.filter((node) => isUp(input.state, node)).map((node) => `--node-fail=${node}`),
      ...(event.kind === "nodeReturn" ? [`--node-up=${event.node}`] : []),
      ...failureArgs(cib, input),
    ],
  };
}

/** The option of crm_simulate for it does nothing unless there is another event. */
function withQuorum(cib: XmlElement, hasQuorum: boolean): XmlElement {
  return { ...cib, attributes: { ...cib.attributes, "have-quorum": hasQuorum ? "1" : "0" } };
}

function isUp(state: PairState, node: string): boolean {
  return state.nodes.some((item) => item.name === node && item.state !== "down");
}

function edited(cib: XmlElement, { policy, state, event }: EventInput): XmlElement {
  switch (event.kind) {
    case "nodePause":
      return event.mode === "drain"
        ? withNodeAttribute(cib, event.node, { name: "standby", value: "on" })
        : withBans(
            cib,
            event.node,
            policy.groups.map((group) => group.name).filter((name) => state.owners[name] !== event.node),
          );
    case "move":
      return withPreference(cib, event.group, event.to);
    case "policy":
      return withNewPolicy(cib, { before: policy, after: event.policy, state });
    case "resourceFailure":
      return withoutOldFailure(withFailCount(cib, { policy, state, event }), { policy, state, event });
    default:
      return cib;
  }
}

/**
 * Groups that go are ordered offline first, and taken out when they are: what the engine only finds missing it stops all at
 * once, the disk under the database.
 */
function withNewPolicy(
  cib: XmlElement,
  { before, after, state }: { before: MscsPolicy; after: MscsPolicy; state: PairState },
): XmlElement {
  const gone = without(before.groups, after.groups).map((group) => ({ ...group, antiAffinity: [] }));
  const added = without(after.groups, before.groups).map((group) => group.name);
  const merged = mergeCib(cib, compileCib({ ...after, groups: [...after.groups, ...gone] }));
  const paused = state.nodes.filter((node) => node.state === "paused").map((node) => node.name);
  const banned = paused.reduce((now, node) => withBans(now, node, added), merged);
  return gone.reduce((now, group) => withOffline(now, group.name, true), banned);
}

function without(groups: readonly MscsGroup[], others: readonly MscsGroup[]): MscsGroup[] {
  return groups.filter((group) => others.every((other) => other.name !== group.name));
}

/** As a move does, but without an end: the question is about this moment. */
function withPreference(cib: XmlElement, group: string, to: string): XmlElement {
  const id = `what-if-${group}`;
  const constraint = element("rsc_location", { id, rsc: group, node: to, score: "INFINITY" });
  return mapSection(cib, "constraints", (items) => [...items, constraint]);
}

/** A node that starts alone has never seen its peer: the engine then knows nothing of it, and fences it first. */
function withUnseen(cib: XmlElement, { state, membership }: EventInput): XmlElement {
  const unseen = membership.lost.filter((node) => !isUp(state, node));
  const isSeen = (item: XmlElement) => !unseen.includes(item.attributes["uname"] ?? "");
  return {
    ...cib,
    children: cib.children.map((item) =>
      item.name === "status" ? { ...item, children: item.children.filter(isSeen) } : item,
    ),
  };
}

/**
 * Once a node is fenced the engine erases its record, and looks again. crm_simulate plays only what it does before that, when
 * a refusal for all nodes still counts.
 */
function withoutFenced(cib: XmlElement, { policy, membership }: EventInput): XmlElement {
  if (policy.fencing === null || !membership.hasQuorum) return cib;
  const isRefusal = ({ attributes }: XmlElement) => attributes["id"]?.endsWith("_last_failure_0") === true;
  return membership.lost.reduce((now, node) => mapStatus(now, node, (item) => pruned(item, isRefusal)), cib);
}

/** Without what is meant, at any depth. */
function pruned(item: XmlElement, isMeant: (inner: XmlElement) => boolean): XmlElement {
  const children = item.children.filter((inner) => !isMeant(inner)).map((inner) => pruned(inner, isMeant));
  return { ...item, children };
}

type Failure = Extract<WhatIfEvent, { kind: "resourceFailure" }>;

/** The failure itself counts one; what came before it is in the fail count. */
function withFailCount(
  cib: XmlElement,
  { policy, state, event }: { policy: MscsPolicy; state: PairState; event: Failure },
): XmlElement {
  const node = failingNode(policy, state, event);
  const nodeId = policy.nodes.find((item) => item.node === node)?.nodeId;
  if (nodeId === undefined || event.times < 2) return cib;
  const rsc = cibIdOf(policy, `${event.group}/${event.resource}`);
  const name = `fail-count-${rsc}#monitor_${intervalOf(cib, rsc)}`;
  const raise = (pairs: readonly XmlElement[]): XmlElement[] => {
    const before = pairs.find((pair) => pair.attributes["name"] === name)?.attributes["value"];
    const value = String(Math.max(Number(before ?? 0), event.times - 1));
    const id = `status-${nodeId}-${name.replace("#", ".")}`;
    return [
      ...pairs.filter((pair) => pair.attributes["name"] !== name),
      element("nvpair", { id, name, value }),
    ];
  };
  return mapStatus(cib, node ?? "", (status) => withTransient(status, String(nodeId), raise));
}

/**
 * The last failure of a resource has a record of its own. A probe that once wrote it has other parameters than the failure
 * that is injected there, and the engine would take them for changed and forget all failures.
 */
function withoutOldFailure(
  cib: XmlElement,
  { policy, state, event }: { policy: MscsPolicy; state: PairState; event: Failure },
): XmlElement {
  const node = failingNode(policy, state, event);
  const id = `${cibIdOf(policy, `${event.group}/${event.resource}`)}_last_failure_0`;
  return node === null
    ? cib
    : mapStatus(cib, node, (item) => pruned(item, ({ attributes }) => attributes["id"] === id));
}

/** Null if the resource does not run: then it cannot fail. */
function failingNode(policy: MscsPolicy, state: PairState, event: Failure): string | null {
  const group = policy.groups.find((item) => item.name === event.group);
  const owner = state.owners[event.group] ?? null;
  const running = group === undefined ? [] : runningOf(group, owner, state);
  return running.some((item) => item.name === event.resource) ? owner : null;
}

function failureArgs(cib: XmlElement, { policy, state, event }: EventInput): string[] {
  if (event.kind !== "resourceFailure") return [];
  const node = failingNode(policy, state, event);
  if (node === null) return [];
  const rsc = cibIdOf(policy, `${event.group}/${event.resource}`);
  return [`--op-inject=${rsc}_monitor_${intervalOf(cib, rsc)}@${node}=7`];
}

function intervalOf(cib: XmlElement, rsc: string): number {
  return monitorIntervalMs(primitivesOf(cib).find((item) => item.attributes["id"] === rsc));
}

/** Attributes of a node that are gone when it restarts; the section is made where there is none. */
function withTransient(
  status: XmlElement,
  nodeId: string,
  change: (pairs: readonly XmlElement[]) => XmlElement[],
): XmlElement {
  const before = child(child(status, "transient_attributes"), "instance_attributes");
  const set = before ?? element("instance_attributes", { id: `status-${nodeId}` });
  const attributes = element("transient_attributes", { id: nodeId }, [
    { ...set, children: change(set.children) },
  ]);
  return {
    ...status,
    children: [attributes, ...status.children.filter((item) => item.name !== "transient_attributes")],
  };
}

function mapStatus(cib: XmlElement, node: string, change: (item: XmlElement) => XmlElement): XmlElement {
  const inStatus = (item: XmlElement) => (item.attributes["uname"] === node ? change(item) : item);
  return {
    ...cib,
    children: cib.children.map((item) =>
      item.name === "status" ? { ...item, children: item.children.map(inStatus) } : item,
    ),
  };
}

function mapSection(
  cib: XmlElement,
  section: string,
  change: (items: XmlElement[]) => XmlElement[],
): XmlElement {
  const inConfiguration = (item: XmlElement) =>
    item.name === section ? { ...item, children: change(item.children) } : item;
  return {
    ...cib,
    children: cib.children.map((item) =>
      item.name === "configuration" ? { ...item, children: item.children.map(inConfiguration) } : item,
    ),
  };
}
