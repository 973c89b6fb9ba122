/** Writes an intent as a fleet file, in one canonical order: what `export` prints and the editor starts from. */
import type { MscsResource } from "@bulkhead/core/mscs";
import type { Intent, MscsIntent, WlbsIntent } from "@bulkhead/core/plan";
import { stringify } from "yaml";
import { heartbeatPresets } from "./intent.ts";

export function formatFleet(intent: Intent): string {
  const file = { version: 1, wlbs: mapValues(intent.wlbs, fromWlbs), mscs: mapValues(intent.mscs, fromMscs) };
  return stringify(file, { aliasDuplicateObjects: false, lineWidth: 110 });
}

function fromWlbs(cluster: WlbsIntent) {
  return {
    vips: cluster.vips,
    mode: cluster.mode,
    heartbeat: presetName(cluster.heartbeat) ?? cluster.heartbeat,
    hosts: cluster.hosts,
    rules: mapValues(cluster.rules, ({ startPort, endPort, protocol, affinity }) => ({
      ports: startPort === endPort ? startPort : `${startPort}-${endPort}`,
      protocol,
      affinity,
    })),
  };
}

function fromMscs(cluster: MscsIntent) {
  return {
    nodes: cluster.nodes,
    witness: cluster.witness,
    fencing: cluster.fencing,
    tokenMs: cluster.tokenMs,
    groups: mapValues(cluster.groups, (group) => ({
      preferredOwners: group.preferredOwners,
      failback: group.failback.windowHours === null ? { allow: group.failback.allow } : group.failback,
      failover: group.failover,
      resources: Object.fromEntries(
        group.resources.map((resource) => [resource.name, fromResource(resource)]),
      ),
    })),
  };
}

function fromResource(resource: MscsResource) {
  const { name: _name, dependsOn, restart, ...rest } = resource;
  const tail = { ...(dependsOn.length > 0 ? { dependsOn } : {}), restart };
  switch (rest.type) {
    case "ipAddress":
      return {
        type: rest.type,
        address: `${rest.address}/${rest.prefixLength}`,
        interface: rest.interface,
        ...tail,
      };
    case "filesystem":
      return { ...rest, ...tail };
    case "postgresql": {
      const { binDir, ...others } = rest;
      return { ...others, ...(binDir === null ? {} : { binDir }), ...tail };
    }
  }
}

function presetName(heartbeat: WlbsIntent["heartbeat"]): string | null {
  const found = Object.entries(heartbeatPresets).find(
    ([, preset]) => preset.periodMs === heartbeat.periodMs && preset.tolerance === heartbeat.tolerance,
  );
  return found?.[0] ?? null;
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
