/** A pair as the `mscs` part of a fleet file (YAML), for somebody who adopts it. Values are written in full, so that nothing is hidden. */
import { resourceType } from "./resource-types.ts";
import type { MscsGroup, MscsPolicy, MscsResource } from "./types.ts";

type Value = string | number | boolean | Value[] | { [name: string]: Value | undefined };

/** The result reads back as the same policy (packages/spec). */
export function pairFileText(policy: MscsPolicy): string {
  const { fencing, witness } = policy;
  const pair: Value = {
    nodes: policy.nodes.map((node) => node.node),
    engine: policy.engine,
    networks: named(policy.networks, ({ subnet, role }) => ({ subnet, role })),
    witness: witness?.node,
    fencing:
      fencing === null
        ? undefined
        : { agent: fencing.agent, parameters: fencing.parameters, nodes: fencing.nodes },
    tokenMs: policy.tokenMs,
    groups: named(policy.groups, groupValue),
  };
  return `${lines({ mscs: { [policy.cluster]: pair } }, 0).join("\n")}\n`;
}

function groupValue(group: MscsGroup): Value {
  const { allow, windowHours } = group.failback;
  return {
    preferredOwners: group.preferredOwners,
    failback: { allow, windowHours: windowHours === null ? undefined : [...windowHours] },
    failover: { ...group.failover },
    priority: group.priority,
    antiAffinity: group.antiAffinity,
    persistentState: group.persistentState,
    resources: named(group.resources, resourceValue),
  };
}

function resourceValue(resource: MscsResource): Value {
  const values = new Map<string, unknown>(Object.entries(resource));
  const { fields } = resourceType(resource.type);
  const own = fields.map(({ name, kind }): [string, Value | undefined] => {
    if (resource.type === "ipAddress" && kind === "cidr")
      return [name, `${resource.address}/${resource.prefixLength}`];
    return [name, (values.get(name) ?? undefined) as Value | undefined];
  });
  return {
    type: resource.type,
    ...Object.fromEntries(own),
    dependsOn: resource.dependsOn,
    possibleOwners: resource.possibleOwners,
    restart: { ...resource.restart },
    pendingTimeoutS: resource.pendingTimeoutS ?? undefined,
    looksAliveS: resource.looksAliveS ?? undefined,
    isAliveS: resource.isAliveS ?? undefined,
    retryAfterS: resource.retryAfterS ?? "never",
  };
}

function named<T extends { name: string }>(items: readonly T[], value: (item: T) => Value): Value {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}

/** Block style; texts that YAML could take for something else are quoted as JSON, which YAML reads. */
function lines(value: { [name: string]: Value | undefined }, depth: number): string[] {
  const indent = "  ".repeat(depth);
  return Object.entries(value).flatMap(([name, item]) => {
    if (item === undefined || isEmpty(item)) return [];
    const key = `${indent}${scalar(name)}:`;
    if (Array.isArray(item)) return [`${key} [${item.map((entry) => scalar(entry)).join(", ")}]`];
    return typeof item === "object" ? [key, ...lines(item, depth + 1)] : [`${key} ${scalar(item)}`];
  });
}

function isEmpty(item: Value): boolean {
  return typeof item === "object" && Object.values(item).every((inner) => inner === undefined);
}

const plainText = /^[A-Za-z_/][A-Za-z0-9_./:-]*$/;
const words: readonly string[] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

function scalar(item: Value): string {
  if (typeof item !== "string") return JSON.stringify(item);
  const isPlain = plainText.test(item) && !words.includes(item.toLowerCase()) && !item.endsWith(":");
  return isPlain ? item : JSON.stringify(item);
}
