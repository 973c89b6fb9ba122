/**
 * A CIB as it would be with the pair in a given state: the status section that the engine would have written, and the
 * orders that commands would have left. With it the engine's scheduler can be asked about a pair that does not run.
 */
import type { MscsPolicy, PairState } from "@bulkhead/core/mscs";
import { withBans, withNodeAttribute, withOffline } from "./cib-edit.ts";
import { cibIdOf, featureSet, type NodeMoment, nodeHistory } from "./pair-history.ts";
import { child, element, type XmlElement } from "./xml.ts";

/** A CIB of the policy (compiled, without status) and the state -> the CIB of that moment. `at`: epoch seconds. */
export function withState(
  cib: XmlElement,
  policy: MscsPolicy,
  { state, at }: { state: PairState; at: number },
): XmlElement {
  const nodes = policy.nodes.map(({ node, nodeId }) => element("node", { id: String(nodeId), uname: node }));
  const named = withNodes(cib, nodes);
  const ordered = withOrders(withPauses(named, policy, state), policy, state);
  const states = policy.nodes.map(({ node, nodeId }) =>
    nodeState({ cib: ordered, policy, state, node, id: String(nodeId), at }),
  );
  return {
    ...ordered,
    attributes: {
      ...ordered.attributes,
      // Without it the engine looks for fail counts under the names of its early days.
      crm_feature_set: featureSet,
      "dc-uuid": String(policy.nodes[0].nodeId),
    },
    children: ordered.children.map((item) => (item.name === "status" ? element("status", {}, states) : item)),
  };
}

/** Groups that a paused node keeps tell a pause with "keep" from one that has drained. */
function withPauses(cib: XmlElement, policy: MscsPolicy, state: PairState): XmlElement {
  const paused = state.nodes.filter((node) => node.state === "paused").map((node) => node.name);
  return paused.reduce((now, node) => {
    const others = policy.groups.map((group) => group.name).filter((name) => state.owners[name] !== node);
    return others.length === policy.groups.length
      ? withNodeAttribute(now, node, { name: "standby", value: "on" })
      : withBans(now, node, others);
  }, cib);
}

function withOrders(cib: XmlElement, policy: MscsPolicy, state: PairState): XmlElement {
  return policy.groups.reduce((now, group) => {
    const isWaiting = group.priority === "noAutoStart" && (state.owners[group.name] ?? null) === null;
    const isOff = isWaiting || state.orderedOffline.includes(group.name);
    const offline = withOffline(now, group.name, isOff);
    return group.resources
      .filter((item) => state.orderedOffline.includes(`${group.name}/${item.name}`))
      .reduce(
        (next, item) => withOffline(next, cibIdOf(policy, `${group.name}/${item.name}`), true),
        offline,
      );
  }, cib);
}

function withNodes(cib: XmlElement, nodes: XmlElement[]): XmlElement {
  const configuration = child(cib, "configuration") ?? element("configuration", {});
  const named = configuration.children.map((item) =>
    item.name === "nodes" ? element("nodes", {}, nodes) : item,
  );
  return {
    ...cib,
    children: cib.children.map((item) => (item === configuration ? { ...item, children: named } : item)),
  };
}

function nodeState(moment: NodeMoment): XmlElement {
  const { node, state, id } = moment;
  const isUp = state.nodes.some((item) => item.name === node && item.state !== "down");
  const membership = isUp
    ? { in_ccm: "true", crmd: "online", join: "member", expected: "member" }
    : { in_ccm: "false", crmd: "offline", join: "down", expected: "down" };
  const attributes = { id, uname: node, ...membership, "crm-debug-origin": "bulkhead" };
  return element("node_state", attributes, isUp ? nodeHistory(moment) : []);
}
