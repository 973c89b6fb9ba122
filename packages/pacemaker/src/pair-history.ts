/** What the engine's executor on one node would have recorded by a given moment: results of operations, and fail counts. */
import { createHash } from "node:crypto";
import { type MscsGroup, type MscsPolicy, type PairState, resourceId, runningOf } from "@bulkhead/core/mscs";
import { sectionItems } from "./cib-merge.ts";
import { child, childrenNamed, element, type XmlElement } from "./xml.ts";

/** Of Pacemaker 2.1.2 (Ubuntu 22.04). Tools refuse a CIB of a newer one than they are. */
export const featureSet = "3.13.0";

export interface NodeMoment {
  /** With the orders of that moment. */
  cib: XmlElement;
  policy: MscsPolicy;
  state: PairState;
  node: string;
  /** Corosync node id, as text. */
  id: string;
  /** Epoch seconds. */
  at: number;
}

/** The children of a `node_state` of a node that is up. */
export function nodeHistory(moment: NodeMoment): XmlElement[] {
  return [transientAttributes(moment), lrm(moment)];
}

/** All primitives of a CIB, those in groups too. */
export function primitivesOf(cib: XmlElement): XmlElement[] {
  return sectionItems(cib, "resources").flatMap((item) =>
    item.name === "primitive" ? [item] : childrenNamed(item, "primitive"),
  );
}

/** Milliseconds between the cheapest checks of a primitive; 0 = it has no recurring monitor. */
export function monitorIntervalMs(primitive: XmlElement | undefined): number {
  return monitorIntervals(primitive)[0] ?? 0;
}

/** `group/resource` -> CIB id. */
export function cibIdOf({ engine }: Pick<MscsPolicy, "engine">, resource: string): string {
  const [group = "", name = ""] = resource.split("/");
  return resourceId(group, name, engine);
}

/** Compiled CIBs give intervals in seconds ("5s"); in CIBs of others there are also bare numbers, "1min" and "2h". */
function monitorIntervals(primitive: XmlElement | undefined): number[] {
  return childrenNamed(child(primitive, "operations"), "op")
    .filter((op) => op.attributes["name"] === "monitor")
    .map((op) => intervalMs(op.attributes["interval"] ?? "0"))
    .filter((ms) => ms > 0);
}

function intervalMs(text: string): number {
  const unit = text.replace(/^[\d\s]+/, "").toLowerCase();
  const factors: Record<string, number> = {
    ms: 1,
    "": 1000,
    s: 1000,
    sec: 1000,
    m: 60_000,
    min: 60_000,
    h: 3_600_000,
    hr: 3_600_000,
  };
  return Number.parseInt(text, 10) * (factors[unit] ?? 1000);
}

/** The engine's own names of fail counts carry the operation that failed. */
function transientAttributes({ cib, policy, state, node, id, at }: NodeMoment): XmlElement {
  const counts = state.failCounts.filter((item) => item.node === node && item.count > 0);
  const pairs = counts.flatMap(({ resource, count }) => {
    const rsc = cibIdOf(policy, resource);
    const primitive = primitivesOf(cib).find((item) => item.attributes["id"] === rsc);
    const operation = `${rsc}#monitor_${monitorIntervalMs(primitive)}`;
    return [
      statusAttribute(id, `fail-count-${operation}`, String(count)),
      statusAttribute(id, `last-failure-${operation}`, String(at)),
    ];
  });
  return element("transient_attributes", { id }, [
    element("instance_attributes", { id: `status-${id}` }, pairs),
  ]);
}

function statusAttribute(nodeId: string, name: string, value: string): XmlElement {
  return element("nvpair", { id: `status-${nodeId}-${name.replace("#", ".")}`, name, value });
}

function lrm(moment: NodeMoment): XmlElement {
  const { policy, cib } = moment;
  const running = new Set(policy.groups.flatMap((group) => runningIn(group, moment)));
  const held = new Set(policy.groups.flatMap((group) => heldIn(group, moment)));
  const resources = primitivesOf(cib).map((primitive) => {
    const id = primitive.attributes["id"] ?? "";
    const isRunning =
      primitive.attributes["class"] === "stonith" ? isGuardedHere(primitive, moment) : running.has(id);
    const refused = refusedStart(id, moment);
    const probed = refused.length > 0 ? refused : [operation(moment, { id, task: "monitor", rc: 7 })];
    return element("lrm_resource", agentOf(primitive), [
      ...(isRunning || held.has(id) ? started(primitive, moment) : probed),
      ...(held.has(id) ? [failedMonitor(primitive, moment)] : []),
    ]);
  });
  return element("lrm", { id: moment.id }, [element("lrm_resources", {}, resources)]);
}

function agentOf(primitive: XmlElement): Record<string, string> {
  const { id = "", class: agentClass = "", provider, type = "" } = primitive.attributes;
  return { id, class: agentClass, ...(provider === undefined ? {} : { provider }), type };
}

function runningIn(group: MscsGroup, { policy, state, node }: NodeMoment): string[] {
  if (state.owners[group.name] !== node || state.orderedOffline.includes(group.name)) return [];
  return runningOf(group, node, state).map((item) => resourceId(group.name, item.name, policy.engine));
}

/** Failed with restart action none: the engine leaves them as they failed. */
function heldIn(group: MscsGroup, { policy, state, node }: NodeMoment): string[] {
  const hasFailed = (name: string) =>
    state.failCounts.some(
      (item) => item.node === node && item.resource === `${group.name}/${name}` && item.count > 0,
    );
  return group.resources
    .filter((item) => item.restart.action === "none" && hasFailed(item.name))
    .map((item) => resourceId(group.name, item.name, policy.engine));
}

/** The device that fences a node runs on the other one, if that is up. */
function isGuardedHere(primitive: XmlElement, { node }: NodeMoment): boolean {
  return primitive.attributes["id"] !== `fence-${node}`;
}

function started(primitive: XmlElement, moment: NodeMoment): XmlElement[] {
  const id = primitive.attributes["id"] ?? "";
  return [
    operation(moment, { id, task: "start", rc: 0, digest: parametersDigest(primitive) }),
    ...monitorIntervals(primitive).map((intervalMs) =>
      operation(moment, { id, task: "monitor", rc: 0, intervalMs, call: 2 }),
    ),
  ];
}

function failedMonitor(primitive: XmlElement, moment: NodeMoment): XmlElement {
  const id = primitive.attributes["id"] ?? "";
  const failed = operation(moment, {
    id,
    task: "monitor",
    rc: 7,
    expected: 0,
    intervalMs: monitorIntervalMs(primitive),
    call: 3,
  });
  return { ...failed, attributes: { ...failed.attributes, id: `${id}_last_failure_0` } };
}

/** A start that the agent refused ("not installed", or "not configured" of the parameters), and what the engine did then. */
function refusedStart(id: string, moment: NodeMoment): XmlElement[] {
  const { policy, state, node } = moment;
  const refusal = (state.hardFailures ?? []).find(
    (item) => item.node === node && cibIdOf(policy, item.resource) === id,
  );
  if (refusal === undefined) return [];
  const rc = refusal.isEverywhere ? 6 : 5;
  const failed = operation(moment, { id, task: "start", rc, expected: 0, call: 2 });
  return [
    { ...failed, attributes: { ...failed.attributes, id: `${id}_last_failure_0` } },
    operation(moment, { id, task: "stop", rc: 0, call: 3 }),
  ];
}

interface Operation {
  id: string;
  task: "start" | "stop" | "monitor";
  rc: number;
  /** What the engine had expected; default: what came. */
  expected?: number;
  /** Absent = a single operation. */
  intervalMs?: number;
  digest?: string;
  /** The engine takes the result with the highest number for the newest; default 1. */
  call?: number;
}

/**
 * The engine restarts what was started with other parameters than it has now, and tells them by this digest: MD5 over a
 * `parameters` element in its own spelling, sorted by name.
 */
function parametersDigest(primitive: XmlElement): string {
  const pairs = childrenNamed(child(primitive, "instance_attributes"), "nvpair")
    .map(({ attributes }) => [attributes["name"] ?? "", attributes["value"] ?? ""] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = pairs.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  return createHash("md5").update(` <parameters${text}/>\n`).digest("hex");
}

function escaped(value: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return value.replace(/[&<>"]/g, (character) => names[character] ?? character);
}

function operation(
  { at }: NodeMoment,
  { id, task, rc, expected = rc, intervalMs: ms = 0, digest, call = 1 }: Operation,
): XmlElement {
  const key = `1:0:${expected}:00000000-0000-0000-0000-000000000000`;
  return element("lrm_rsc_op", {
    id: ms === 0 ? `${id}_last_0` : `${id}_monitor_${ms}`,
    operation_key: `${id}_${task}_${ms}`,
    operation: task,
    "crm-debug-origin": "bulkhead",
    crm_feature_set: featureSet,
    "transition-key": key,
    "transition-magic": `0:${rc};${key}`,
    "call-id": String(call),
    "rc-code": String(rc),
    "op-status": "0",
    interval: String(ms),
    "last-rc-change": String(at),
    "last-run": String(at),
    "exec-time": "0",
    "queue-time": "0",
    ...(digest === undefined ? {} : { "op-digest": digest }),
  });
}
