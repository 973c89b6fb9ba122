/**
 * Reader of `crm_mon -1 -r -f -o -A -m3 --output-as=xml` (Pacemaker's API schema 2.x), run with TZ=UTC. Unknown
 * elements and attributes are passed over, so that a newer Pacemaker does not blind us.
 */
import type {
  CrmMonData,
  CrmMonFailure,
  CrmMonFenceEvent,
  CrmMonNode,
  CrmMonOperation,
  CrmMonResource,
} from "@bulkhead/core/mscs";
import { engineTime } from "./engine-time.ts";
import { child, childrenNamed, parseXml, type XmlElement } from "./xml.ts";

/** All that `readCrmMon` reads, in one call (12 ms of processor time). */
export const crmMonArguments = ["-1", "-r", "-f", "-o", "-A", "-m3", "--output-as=xml"] as const;

/** Throws when the text is no crm_mon result, or when it reports an error instead of a state. */
export function readCrmMon(text: string): CrmMonData {
  const root = parseXml(text, "pacemaker-result");
  const summary = child(root, "summary");
  if (summary === undefined) throw new Error(statusMessage(root));
  const dc = child(summary, "current_dc");
  const options = child(summary, "cluster_options")?.attributes;
  const alone = childrenNamed(child(root, "resources"), "resource").map(readResource);
  const isFencing = (resource: CrmMonResource) => resource.agent.startsWith("stonith:");
  const attributes = readNodeAttributes(root);
  return {
    dc: dc?.attributes["present"] === "true" ? (dc.attributes["name"] ?? null) : null,
    withQuorum: dc?.attributes["with_quorum"] === "true",
    stonithEnabled: options?.["stonith-enabled"] === "true",
    isMaintenance: options?.["maintenance-mode"] === "true",
    nodes: childrenNamed(child(root, "nodes"), "node").map((node) => readNode(node, attributes)),
    groups: [
      ...childrenNamed(child(root, "resources"), "group").map(readGroup),
      ...alone.filter((resource) => !isFencing(resource)).map(groupOfOne),
    ],
    fenceDevices: alone.filter(isFencing),
    failCounts: historyNodes(root).flatMap(readFailCounts),
    failures: childrenNamed(child(root, "failures"), "failure").map(readFailure),
    operations: historyNodes(root).flatMap(readOperations),
    fenceEvents: childrenNamed(child(root, "fence_history"), "fence_event").map(readFenceEvent),
  };
}

function statusMessage(root: XmlElement): string {
  const status = child(root, "status")?.attributes;
  return `crm_mon: ${status?.["message"] ?? "no message"} (code ${status?.["code"] ?? "?"})`;
}

function historyNodes(root: XmlElement): XmlElement[] {
  return childrenNamed(child(root, "node_history"), "node");
}

function readNodeAttributes(root: XmlElement): Map<string, Record<string, string>> {
  const nodes = childrenNamed(child(root, "node_attributes"), "node");
  return new Map(
    nodes.map((node) => [
      node.attributes["name"] ?? "",
      Object.fromEntries(
        childrenNamed(node, "attribute").map(({ attributes }) => [
          attributes["name"] ?? "",
          attributes["value"] ?? "",
        ]),
      ),
    ]),
  );
}

function readNode(node: XmlElement, attributes: Map<string, Record<string, string>>): CrmMonNode {
  const name = node.attributes["name"] ?? "";
  return {
    name,
    online: isTrue(node, "online"),
    standby: isTrue(node, "standby") || isTrue(node, "standby_onfail"),
    maintenance: isTrue(node, "maintenance"),
    pending: isTrue(node, "pending"),
    unclean: isTrue(node, "unclean"),
    attributes: attributes.get(name) ?? {},
  };
}

function readGroup(group: XmlElement): CrmMonData["groups"][number] {
  return { id: group.attributes["id"] ?? "", resources: childrenNamed(group, "resource").map(readResource) };
}

function groupOfOne(resource: CrmMonResource): CrmMonData["groups"][number] {
  return { id: resource.id, resources: [resource] };
}

function readResource(resource: XmlElement): CrmMonResource {
  return {
    id: resource.attributes["id"] ?? "",
    agent: resource.attributes["resource_agent"] ?? "",
    role: resource.attributes["role"] ?? "Unknown",
    targetRole: resource.attributes["target_role"] ?? null,
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

function readOperations(node: XmlElement): CrmMonOperation[] {
  return childrenNamed(node, "resource_history").flatMap((history) =>
    childrenNamed(history, "operation_history").map(({ attributes }) => ({
      node: node.attributes["name"] ?? "",
      resource: history.attributes["id"] ?? "",
      task: attributes["task"] ?? "",
      rc: readScore(attributes["rc"] ?? "-1"),
      at: engineTime(attributes["last-rc-change"]),
      execMs: attributes["exec-time"] === undefined ? null : readScore(attributes["exec-time"]),
    })),
  );
}

/** `op_key` is RESOURCE_TASK_INTERVAL; a resource's name may hold underscores, a task may not. */
function readFailure({ attributes }: XmlElement): CrmMonFailure {
  const [, resource = "", task = ""] = /^(.*)_([^_]+)_\d+$/.exec(attributes["op_key"] ?? "") ?? [];
  return {
    node: attributes["node"] ?? "",
    resource: resource || (attributes["id"] ?? ""),
    task: attributes["task"] ?? task,
    result: attributes["exitstatus"] ?? "",
    reason: attributes["exitreason"] ?? "",
    at: engineTime(attributes["last-rc-change"]),
  };
}

/** Pacemaker's INFINITY is one million; as a number it survives JSON. */
const infinity = 1_000_000;

function readScore(text: string): number {
  if (text.toUpperCase() === "INFINITY") return infinity;
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? 0 : value;
}

function readFenceEvent({ attributes }: XmlElement): CrmMonFenceEvent {
  return {
    target: attributes["target"] ?? "",
    action: attributes["action"] ?? "",
    status: attributes["status"] ?? "",
    completed: attributes["completed"] ?? "",
    delegate: attributes["delegate"] ?? null,
    reason: attributes["exit-reason"] ?? "",
    at: engineTime(attributes["completed"]),
  };
}

function isTrue(item: XmlElement, attribute: string): boolean {
  return item.attributes[attribute] === "true";
}
