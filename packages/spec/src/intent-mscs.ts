/** Pairs of the fleet file with every default filled in (DOMAIN 2.3 and 2.4). */
import { type MscsResource, type Restart, resourceType } from "@bulkhead/core/mscs";
import type { MscsIntent } from "@bulkhead/core/plan";
import { canonicalCidr, cidrOf, mapValues } from "./intent-parts.ts";
import type { FleetFile } from "./schema.ts";

/** DOMAIN 2.4: RestartThreshold 3 in RestartPeriod 900 s, RestartDelay 500 ms, "affect the group". */
export const defaultRestart: Restart = { action: "failover", threshold: 3, periodS: 900, delayMs: 500 };
/** DOMAIN 2.4: RetryPeriodOnFailure, an hour, and never shorter than the restart period (R29). */
export function defaultRetryAfterS(restart: Restart): number {
  return Math.max(3600, restart.periodS);
}

/** DOMAIN 2.3: FailoverPeriod 6 h; the default threshold of a pair is nodes - 1 in the SDK; 10 in the old console. */
const defaultFailover = { threshold: 10, periodHours: 6 };

type FileCluster = FleetFile["mscs"][string];
type FileGroup = FileCluster["groups"][string];
type FileResource = FileGroup["resources"][string];

export function toMscs(cluster: FileCluster): MscsIntent {
  return {
    nodes: cluster.nodes,
    engine: cluster.engine,
    networks: mapValues(cluster.networks, ({ subnet, role }) => ({ subnet: canonicalCidr(subnet), role })),
    witness: cluster.witness ?? null,
    fencing: toFencing(cluster.fencing ?? null),
    tokenMs: cluster.tokenMs,
    groups: mapValues(cluster.groups, toGroup),
  };
}

function toFencing(fencing: NonNullable<FileCluster["fencing"]> | null): MscsIntent["fencing"] {
  if (fencing === null) return null;
  return {
    agent: fencing.agent,
    parameters: mapValues(fencing.parameters, String),
    nodes: mapValues(fencing.nodes, (node) => mapValues(node, String)),
  };
}

function toGroup(group: FileGroup): MscsIntent["groups"][string] {
  return {
    preferredOwners: group.preferredOwners,
    failback: { allow: group.failback?.allow ?? false, windowHours: group.failback?.windowHours ?? null },
    failover: group.failover ?? defaultFailover,
    priority: group.priority,
    antiAffinity: group.antiAffinity,
    persistentState: group.persistentState,
    resources: Object.entries(group.resources).map(([name, resource]) => toResource(name, resource)),
  };
}

function toResource(name: string, resource: FileResource): MscsResource {
  const { dependsOn, possibleOwners, retryAfterS } = resource;
  const restart = toRestart(resource.restart ?? {});
  const common = {
    name,
    dependsOn,
    possibleOwners,
    restart,
    pendingTimeoutS: resource.pendingTimeoutS ?? null,
    looksAliveS: resource.looksAliveS ?? null,
    isAliveS: resource.isAliveS ?? null,
    retryAfterS: retryAfterS === "never" ? null : (retryAfterS ?? defaultRetryAfterS(restart)),
  };
  // The schema is made of the registry, and a test of core holds the registry against the union of settings.
  return { ...common, ...settingsOf(resource) } as unknown as MscsResource;
}

function toRestart(given: NonNullable<FileResource["restart"]>): Restart {
  return {
    action: given.action ?? defaultRestart.action,
    threshold: given.threshold ?? defaultRestart.threshold,
    periodS: given.periodS ?? defaultRestart.periodS,
    delayMs: given.delayMs ?? defaultRestart.delayMs,
  };
}

/** What only the type has, under the names of core. */
function settingsOf(resource: FileResource): Record<string, unknown> {
  const { fields } = resourceType(resource.type);
  const written: Record<string, unknown> = resource;
  const values = fields.flatMap(({ name, kind }): [string, unknown][] => {
    const value = written[name];
    if (kind === "cidr") return Object.entries(cidrOf(String(value)));
    if (kind === "parameters") return [[name, textsOf(value)]];
    return [[name, value ?? null]];
  });
  return { type: resource.type, ...Object.fromEntries(values), ...brokerPort(resource) };
}

/** The usual port of the broker, where the file names none. */
function brokerPort(resource: FileResource): { port?: number } {
  if (resource.type !== "messageQueue" || "port" in resource) return {};
  return { port: "broker" in resource && resource.broker === "mosquitto" ? 1883 : 5672 };
}

function textsOf(value: unknown): Record<string, string> {
  return mapValues({ ...(value as Record<string, unknown> | undefined) }, String);
}
