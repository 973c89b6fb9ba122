/**
 * Policy of a pair -> CIB model. Pure: the same policy gives the same model on both nodes, so it does not
 * matter which of them writes it. FAILOVER, "MSCS -> Pacemaker", is the table behind this; docs/mscs.md has ours.
 */
import { alertId, alertScript, alertSpool } from "./alerts.ts";
import type { CibAlert, CibModel, CibPrimitive } from "./cib-model.ts";
import { antiAffinities, compileGroup, groupOrders, ownerLocations } from "./compile-group.ts";
import type { Fencing, MscsPolicy } from "./types.ts";

export { failsBackAtOnce, possibleOwnersOf } from "./compile-group.ts";

/**
 * Above every location score and all that anti-affinity adds up to: a group stays where it is (MSCS default, "prevent
 * failback").
 */
const stickiness = 10_000;

/** Tells the node's agent of every event at once (alerts.ts). */
const alert: CibAlert = {
  id: alertId,
  path: alertScript,
  meta: { timeout: "5s", "timestamp-format": "%s.%06N" },
  recipients: [{ id: `${alertId}-spool`, value: alertSpool }],
};

/** Compiles the whole policy. Throws on dependencies that the planner must have refused (R26). */
export function compileCib(policy: MscsPolicy): CibModel {
  const nodes = policy.nodes.map((node) => node.node);
  const colocations = antiAffinities(policy.groups);
  const groups = {
    groups: policy.groups.map((group) => compileGroup(policy, group, stickiness)),
    orders: policy.groups.flatMap((group) => groupOrders(policy, group)),
    colocations,
  };
  const owners = policy.groups.flatMap((group) =>
    ownerLocations(
      group,
      nodes,
      colocations.some((item) => item.resource === group.name || item.with === group.name),
    ),
  );
  // What belongs to the engine as a whole is not ours in an adopted pair.
  if (policy.engine === "adopted")
    return { properties: {}, resourceDefaults: {}, fencing: [], ...groups, locations: owners, alerts: [] };
  const fencing = policy.fencing === null ? [] : nodes.map(fenceDevice(policy.fencing));
  return {
    properties: engineProperties(policy),
    resourceDefaults: { "resource-stickiness": String(stickiness) },
    fencing,
    ...groups,
    // A node that is to be fenced must not be the one that carries it out.
    locations: [...owners, ...(fencing.length === 0 ? [] : nodes).map(notOnItself)],
    alerts: [alert],
  };
}

/** Ids of everything that Bulkhead puts into the sections `resources`, `constraints` and `alerts`, sorted. */
export function ownedIds(model: CibModel): string[] {
  const { fencing, groups, locations, orders, colocations, alerts } = model;
  return [...fencing, ...groups, ...locations, ...orders, ...colocations, ...alerts]
    .map((item) => item.id)
    .sort();
}

function engineProperties(policy: MscsPolicy): Record<string, string> {
  return {
    "stonith-enabled": String(policy.fencing !== null),
    "stonith-timeout": "60s",
    "no-quorum-policy": "stop",
    // A failed start counts like any other failure (DOMAIN 2.5): it is tried again on the node, up to the threshold.
    "start-failure-is-fatal": "false",
    // 2 s instead of 20 s: with a witness an unseen peer cannot have quorum, so waiting longer only delays.
    "dc-deadtime": "2s",
    // The loss of a peer comes as several events; a plan made at the first one is thrown away a second later.
    "transition-delay": "150ms",
    // On a busy node the engine does one thing at a time (from a load of 1.6 per core on). That is when a pair fails over: checks of
    // what runs already would stand before the start of what does not. Processes that wait for disks count as load, so a database
    // soon has ten per core. The limit of two actions per core stays.
    "load-threshold": "10000%",
    // Failback windows and failure periods are looked at on these ticks.
    "cluster-recheck-interval": "60s",
  };
}

function fenceId(node: string): string {
  return `fence-${node}`;
}

function fenceDevice(fencing: Fencing): (node: string) => CibPrimitive {
  return (node) => ({
    id: fenceId(node),
    agent: { class: "stonith", provider: null, type: fencing.agent },
    attributes: {
      pcmk_host_list: node,
      pcmk_host_check: "static-list",
      ...fencing.parameters,
      ...fencing.nodes[node],
    },
    meta: {},
    operations: [{ name: "monitor", intervalS: 60, timeoutS: 30 }],
  });
}

function notOnItself(node: string) {
  return {
    id: `${fenceId(node)}-not-on-${node}`,
    resource: fenceId(node),
    node,
    score: "-INFINITY" as const,
  };
}
