/** A small valid fleet for tests: three front hosts, a pair and its witness. */
import { type MscsResource, sampleGroup } from "../mscs/index.ts";
import type { Intent, Inventory, RuleIntent } from "./types.ts";

export function sampleIntent(): Intent {
  const { name: _, ...sql } = sampleGroup();
  const host = (id: number) => ({
    id,
    interface: "eth0",
    dedicatedIp: `10.77.0.${id}/24`,
    initialState: "started" as const,
    retainSuspended: true,
  });
  return {
    wlbs: {
      web: {
        vips: ["10.77.0.100/24"],
        mode: "multicast",
        clusterMac: null,
        internetName: null,
        heartbeat: { periodMs: 125, tolerance: 4 },
        partition: "serve",
        filterIcmp: false,
        hosts: { "web-1": host(1), "web-2": host(2), "web-3": host(3) },
        rules: { http: sampleRuleIntent({ protocol: "tcp", affinity: "none" }) },
      },
    },
    mscs: {
      data: {
        nodes: ["db-1", "db-2"],
        engine: "made",
        networks: {
          service: { subnet: "10.77.0.0/24", role: "both" },
          crossover: { subnet: "10.77.9.0/24", role: "internal" },
        },
        witness: "witness-1",
        fencing: { agent: "fence_lab", parameters: {}, nodes: {} },
        tokenMs: 1000,
        groups: {
          sql: {
            ...sql,
            resources: [...sql.resources.slice(2), ...sql.resources.slice(0, 2)].map(withoutBinDir),
          },
        },
      },
    },
  };
}

/** The file does not say where the programs are. */
function withoutBinDir(resource: MscsResource): MscsResource {
  return resource.type === "postgresql" ? { ...resource, binDir: null } : resource;
}

/** A port rule: port 80 of all virtual IPs, TCP and UDP, multiple hosts, single affinity, equal load. */
export function sampleRuleIntent(change: Partial<RuleIntent> = {}): RuleIntent {
  return {
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "both",
    mode: "multiple",
    affinity: "single",
    affinityTimeoutMin: 0,
    weights: null,
    priorities: null,
    probe: null,
    ...change,
  };
}

export function sampleInventory(): Inventory {
  const addresses: Record<string, string> = {
    "web-1": "10.77.0.1",
    "web-2": "10.77.0.2",
    "web-3": "10.77.0.3",
    "db-1": "10.77.0.11",
    "db-2": "10.77.0.12",
    "witness-1": "10.77.0.20",
  };
  const nodes = Object.entries(addresses).map(([name, address]) => ({
    name,
    machineId: `machine of ${name}`,
    addresses: [
      { interface: "mgmt0", address: address.replace("10.77.0", "10.77.9"), prefixLength: 24 },
      { interface: "eth0", address, prefixLength: 24 },
    ],
    servicesSeen: [],
    agentVersion: "0.1.0",
    online: true,
  }));
  return { nodes };
}
