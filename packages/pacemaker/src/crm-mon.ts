/**
 * Reader of `crm_mon -1 --output-as=xml` (Pacemaker's API schema 2.x). Unknown elements and attributes are
 * passed over, so that a newer Pacemaker does not blind us.
 */
import type { CrmMonData, CrmMonNode, CrmMonResource } from "@bulkhead/core/mscs";
import { child, childrenNamed, parseXml, type XmlElement } from "./xml.ts";

/** Throws when the text is no crm_mon result, or when it reports an error instead of a state. */
export function readCrmMon(text: string): CrmMonData {
  const root = parseXml(text, "pacemaker-result");
  const summary = child(root, "summary");
  if (summary === undefined) throw new Error(statusMessage(root));
  const dc = child(summary, "current_dc");
  return {
    dc: dc?.attributes["present"] === "true" ? (dc.attributes["name"] ?? null) : null,
    withQuorum: dc?.attributes["with_quorum"] === "true",
    stonithEnabled: child(summary, "cluster_options")?.attributes["stonith-enabled"] === "true",
    nodes: childrenNamed(child(root, "nodes"), "node").map(readNode),
    groups: childrenNamed(child(root, "resources"), "group").map(readGroup),
    failCounts: childrenNamed(child(root, "node_history"), "node").flatMap(readFailCounts),
    fenceEvents: childrenNamed(child(root, "fence_history"), "fence_event").map(readFenceEvent),
  };
}

function statusMessage(root: XmlElement): string {
  const status = child(root, "status")?.attributes;
  return `crm_mon: ${status?.["message"] ?? "no message"} (code ${status?.["code"] ?? "?"})`;
}

function readNode(node: XmlElement): CrmMonNode {
  return {
    name: node.attributes["name"] ?? "",
    online: isTrue(node, "online"),
    standby: isTrue(node, "standby") || isTrue(node, "standby_onfail"),
    maintenance: isTrue(node, "maintenance"),
    pending: isTrue(node, "pending"),
    unclean: isTrue(node, "unclean"),
  };
}

function readGroup(group: XmlElement): CrmMonData["groups"][number] {
  return { id: group.attributes["id"] ?? "", resources: childrenNamed(group, "resource").map(readResource) };
}

function readResource(resource: XmlElement): CrmMonResource {
  return {
    id: resource.attributes["id"] ?? "",
    agent: resource.attributes["resource_agent"] ?? "",
    role: resource.attributes["role"] ?? "Unknown",
    active: isTrue(resource, "active"),
    failed: isTrue(resource, "failed"),
    blocked: isTrue(resource, "blocked"),
    pending: resource.attributes["pending"] ?? null,
    nodes: childrenNamed(resource, "node").map((node) => node.attributes["name"] ?? ""),
  };
}

/** `fail-count` is a number or INFINITY; absent means none. A threshold of 0 means Pacemaker has none. */
function readFailCounts(node: XmlElement): CrmMonData["failCounts"] {
  return childrenNamed(node, "resource_history").map((history) => ({
    node: node.attributes["name"] ?? "",
    resource: history.attributes["id"] ?? "",
    failCount: readScore(history.attributes["fail-count"] ?? "0"),
    migrationThreshold: readScore(history.attributes["migration-threshold"] ?? "0") || infinity,
  }));
}

/** Pacemaker's INFINITY is one million; as a number it survives JSON. */
const infinity = 1_000_000;

function readScore(text: string): number {
  if (text.toUpperCase() === "INFINITY") return infinity;
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? 0 : value;
}

function readFenceEvent(event: XmlElement): CrmMonData["fenceEvents"][number] {
  return {
    target: event.attributes["target"] ?? "",
    action: event.attributes["action"] ?? "",
    status: event.attributes["status"] ?? "",
    completed: event.attributes["completed"] ?? "",
  };
}

function isTrue(item: XmlElement, attribute: string): boolean {
  return item.attributes[attribute] === "true";
}
