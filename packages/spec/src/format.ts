/** Writes an intent as a fleet file, in one canonical order: what `export` prints and the editor starts from. */
import type { MscsResource } from "@bulkhead/core/mscs";
import type { Intent, MscsIntent } from "@bulkhead/core/plan";
import { stringify } from "yaml";
import { fromWlbs } from "./format-wlbs.ts";
import { mapValues } from "./intent-parts.ts";

export function formatFleet(intent: Intent): string {
  const file = { version: 1, wlbs: mapValues(intent.wlbs, fromWlbs), mscs: mapValues(intent.mscs, fromMscs) };
  return stringify(file, { aliasDuplicateObjects: false, lineWidth: 110 });
}

function fromMscs(cluster: MscsIntent) {
  return {
    nodes: cluster.nodes,
    witness: cluster.witness,
    fencing: cluster.fencing === null ? null : { agent: cluster.fencing.agent, nodes: cluster.fencing.nodes },
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
  const { name: _name, dependsOn, restart, possibleOwners: _owners, ...others } = resource;
  const {
    pendingTimeoutS: _pending,
    looksAliveS: _looks,
    isAliveS: _is,
    retryAfterS: _retry,
    ...rest
  } = others;
  const { threshold, periodS } = restart;
  const tail = { ...(dependsOn.length > 0 ? { dependsOn } : {}), restart: { threshold, periodS } };
  switch (rest.type) {
    case "ipAddress":
      return {
        type: rest.type,
        address: `${rest.address}/${rest.prefixLength}`,
        interface: rest.interface,
        ...tail,
      };
    case "filesystem": {
      const { options: _options, ...disk } = rest;
      return { ...disk, ...tail };
    }
    case "postgresql": {
      const { binDir, ...others } = rest;
      return { ...others, ...(binDir === null ? {} : { binDir }), ...tail };
    }
    default:
      throw new Error(`the fleet file has no resources of type ${rest.type} yet`);
  }
}
