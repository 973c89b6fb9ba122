/** Writes an MSCS pair: what has its default value is left out, so that what is said stands out. */
import { type MscsResource, type ResourceField, resourceType } from "@bulkhead/core/mscs";
import type { MscsIntent } from "@bulkhead/core/plan";
import { defaultRestart, defaultRetryAfterS } from "./intent-mscs.ts";
import { mapValues } from "./intent-parts.ts";

type Group = MscsIntent["groups"][string];

/** Undefined fields are not written. Intents of earlier plans lack the fields that came later: they have their defaults. */
export function fromMscs(cluster: MscsIntent) {
  const { engine, networks, witness, fencing }: Partial<MscsIntent> = cluster;
  return {
    nodes: cluster.nodes,
    engine: unless(engine, "made"),
    networks: filled(
      mapValues(networks ?? {}, ({ subnet, role }) => ({ subnet, role: unless(role, "both") })),
    ),
    witness: witness ?? undefined,
    fencing: fencing ? fromFencing(fencing) : undefined,
    tokenMs: cluster.tokenMs,
    groups: mapValues(cluster.groups, fromGroup),
  };
}

function fromFencing({ agent, nodes, ...later }: Partial<NonNullable<MscsIntent["fencing"]>>) {
  return { agent, parameters: filled(later.parameters ?? {}), nodes };
}

function fromGroup(group: Group) {
  const { priority, antiAffinity, persistentState }: Partial<Group> = group;
  return {
    preferredOwners: group.preferredOwners,
    failback: group.failback.windowHours === null ? { allow: group.failback.allow } : group.failback,
    failover: group.failover,
    priority: unless(priority, "medium"),
    antiAffinity: listed(antiAffinity),
    persistentState: unless(persistentState, true),
    resources: Object.fromEntries(group.resources.map((resource) => [resource.name, fromResource(resource)])),
  };
}

function fromResource(resource: MscsResource) {
  const { possibleOwners, retryAfterS, ...given }: Partial<MscsResource> = resource;
  const { fields } = resourceType(resource.type);
  const usualRetryAfterS = defaultRetryAfterS(resource.restart);
  return {
    type: resource.type,
    ...Object.fromEntries(fields.map((field) => [field.name, valueOf(resource, field)])),
    dependsOn: listed(resource.dependsOn),
    possibleOwners: listed(possibleOwners),
    restart: fromRestart(resource.restart),
    pendingTimeoutS: given.pendingTimeoutS ?? undefined,
    looksAliveS: given.looksAliveS ?? undefined,
    isAliveS: given.isAliveS ?? undefined,
    retryAfterS: retryAfterS === null ? "never" : unless(retryAfterS, usualRetryAfterS),
  };
}

/** What a type's field says in the file; undefined where it says its default. */
function valueOf(resource: MscsResource, field: ResourceField): unknown {
  if (resource.type === "ipAddress" && field.kind === "cidr")
    return `${resource.address}/${resource.prefixLength}`;
  const value: unknown = new Map<string, unknown>(Object.entries(resource)).get(field.name);
  if (field.kind === "parameters") return filled({ ...(value as Record<string, string> | undefined) });
  return field.isRequired ? value : unless(value ?? undefined, field.fallback);
}

/** Threshold and period are always written: who reads the file should see when a group moves. */
function fromRestart(restart: Partial<MscsResource["restart"]>) {
  return {
    action: unless(restart.action, defaultRestart.action),
    threshold: restart.threshold,
    periodS: restart.periodS,
    delayMs: unless(restart.delayMs, defaultRestart.delayMs),
  };
}

function unless<T>(value: T | undefined, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

function listed<T>(list: T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function filled<T>(record: Record<string, T>): Record<string, T> | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}
