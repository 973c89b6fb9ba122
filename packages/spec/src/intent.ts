/** From the fleet file's shape to core's `Intent`: defaults filled in, short forms written out. */
import { canonicalAddress, parseCidr } from "@bulkhead/core/fleet";
import type { MscsResource, Restart } from "@bulkhead/core/mscs";
import type { Intent, MscsIntent, WlbsIntent } from "@bulkhead/core/plan";
import type { FleetFile } from "./schema.ts";

/**
 * Heartbeat presets. `default` finds a dead host in 0.8 s; `fast` in 0.5 s, the fastest that gave no false alarm on
 * a loaded machine; `nlb` is NLB's own 5 x 1 s (KB 193601).
 */
export const heartbeatPresets = {
  default: { periodMs: 200, tolerance: 4 },
  fast: { periodMs: 100, tolerance: 5 },
  nlb: { periodMs: 1000, tolerance: 5 },
} as const;

/** DOMAIN 2.4: RestartThreshold 3 in RestartPeriod 900 s. */
const defaultRestart: Restart = { threshold: 3, periodS: 900 };
/** DOMAIN 2.3: FailoverPeriod 6 h; the default threshold of a pair is nodes - 1 in the SDK; 10 in the old console. */
const defaultFailover = { threshold: 10, periodHours: 6 };

export function toIntent(file: FleetFile): Intent {
  return { wlbs: mapValues(file.wlbs, toWlbs), mscs: mapValues(file.mscs, toMscs) };
}

function toWlbs(cluster: FleetFile["wlbs"][string]): WlbsIntent {
  const { heartbeat } = cluster;
  return {
    vips: cluster.vips.map(canonicalCidr),
    mode: cluster.mode,
    heartbeat: typeof heartbeat === "string" ? heartbeatPresets[heartbeat] : heartbeat,
    hosts: mapValues(cluster.hosts, (host) => ({ ...host, dedicatedIp: canonicalCidr(host.dedicatedIp) })),
    rules: mapValues(cluster.rules, ({ ports, protocol, mode, affinity }) => ({
      ...toPorts(ports),
      protocol,
      mode,
      affinity,
    })),
  };
}

function toMscs(cluster: FleetFile["mscs"][string]): MscsIntent {
  return {
    nodes: cluster.nodes,
    witness: cluster.witness,
    fencing: {
      agent: cluster.fencing.agent,
      nodes: mapValues(cluster.fencing.nodes, (node) => mapValues(node, String)),
    },
    tokenMs: cluster.tokenMs,
    groups: mapValues(cluster.groups, (group) => ({
      preferredOwners: group.preferredOwners,
      failback: { allow: group.failback?.allow ?? false, windowHours: group.failback?.windowHours ?? null },
      failover: group.failover ?? defaultFailover,
      resources: Object.entries(group.resources).map(([name, resource]) => toResource(name, resource)),
    })),
  };
}

type FileResource = FleetFile["mscs"][string]["groups"][string]["resources"][string];

function toResource(name: string, resource: FileResource): MscsResource {
  const common = { name, dependsOn: resource.dependsOn, restart: resource.restart ?? defaultRestart };
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

function toPorts(ports: number | string): { startPort: number; endPort: number } {
  const [start, end = start] = String(ports).split("-").map(Number);
  return { startPort: start ?? 0, endPort: end ?? 0 };
}

function cidrOf(text: string): { address: string; prefixLength: number } {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`the schema let the address ${JSON.stringify(text)} through`);
  return cidr;
}

function canonicalCidr(text: string): string {
  const { address, prefixLength } = cidrOf(text);
  return `${canonicalAddress(address)}/${prefixLength}`;
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
