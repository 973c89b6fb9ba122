/** From the fleet file's shape to core's `Intent`: defaults filled in, short forms written out. */
import type { MscsResource, Restart } from "@bulkhead/core/mscs";
import type { Intent, MscsIntent } from "@bulkhead/core/plan";
import { cidrOf, mapValues } from "./intent-parts.ts";
import { toWlbs } from "./intent-wlbs.ts";
import type { FleetFile } from "./schema.ts";

/** DOMAIN 2.4: RestartThreshold 3 in RestartPeriod 900 s. */
const defaultRestart: Restart = { action: "failover", threshold: 3, periodS: 900, delayMs: 500 };
/** DOMAIN 2.4: RetryPeriodOnFailure. */
const defaultRetryAfterS = 3600;
/** DOMAIN 2.3: FailoverPeriod 6 h; the default threshold of a pair is nodes - 1 in the SDK; 10 in the old console. */
const defaultFailover = { threshold: 10, periodHours: 6 };

export function toIntent(file: FleetFile): Intent {
  return { wlbs: mapValues(file.wlbs, toWlbs), mscs: mapValues(file.mscs, toMscs) };
}

function toMscs(cluster: FleetFile["mscs"][string]): MscsIntent {
  return {
    nodes: cluster.nodes,
    engine: "made",
    networks: {},
    witness: cluster.witness,
    fencing: {
      agent: cluster.fencing.agent,
      parameters: {},
      nodes: mapValues(cluster.fencing.nodes, (node) => mapValues(node, String)),
    },
    tokenMs: cluster.tokenMs,
    groups: mapValues(cluster.groups, (group) => ({
      preferredOwners: group.preferredOwners,
      failback: { allow: group.failback?.allow ?? false, windowHours: group.failback?.windowHours ?? null },
      failover: group.failover ?? defaultFailover,
      priority: "medium",
      antiAffinity: [],
      persistentState: true,
      resources: Object.entries(group.resources).map(([name, resource]) => toResource(name, resource)),
    })),
  };
}

type FileResource = FleetFile["mscs"][string]["groups"][string]["resources"][string];

function toResource(name: string, resource: FileResource): MscsResource {
  const common = {
    name,
    dependsOn: resource.dependsOn,
    possibleOwners: [],
    restart: { ...defaultRestart, ...resource.restart },
    pendingTimeoutS: null,
    looksAliveS: null,
    isAliveS: null,
    retryAfterS: defaultRetryAfterS,
  };
  switch (resource.type) {
    case "ipAddress": {
      const { address, prefixLength } = cidrOf(resource.address);
      return { ...common, type: "ipAddress", address, prefixLength, interface: resource.interface };
    }
    case "filesystem":
      return {
        ...common,
        type: "filesystem",
        device: resource.device,
        mount: resource.mount,
        fs: resource.fs,
        options: "",
      };
    case "postgresql":
      return {
        ...common,
        type: "postgresql",
        dataDir: resource.dataDir,
        binDir: resource.binDir ?? null,
        port: resource.port,
      };
  }
}
