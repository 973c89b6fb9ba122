/**
 * The lab's map: which nodes there are, what they are for and which addresses they have. Everything else in the
 * lab reads it from here. See docs/architecture.md, "The lab".
 */

export type Tier = "front" | "back";

export interface NodeSpec {
  name: string;
  kind: "web" | "db" | "witness" | "client";
  tier: Tier;
  /** Addresses on `eth0`, the service network; the first one is the node's own. */
  serviceAddresses: string[];
  /** Address on `mgmt0`, the management network. */
  mgmtAddress: string;
  /** Whether the node runs an agent. */
  managed: boolean;
  /** Units of the lab itself that are enabled when the node's disk is made. */
  units: string[];
}

export const network = {
  serviceBridge: "br-svc",
  mgmtBridge: "br-mgmt",
  prefixLength: 24,
  prefixLength6: 64,
  vip: "10.77.0.100",
  vip6: "fd77::100",
  groupAddress: "10.77.0.50",
  controllerAddress: "10.77.9.1",
  controllerPort: 7700,
} as const;

/** The client speaks from these addresses so that affinity by address has something to spread. */
const clientAddresses = Array.from({ length: 16 }, (_, index) => `10.77.0.${200 + index}`);

const web = (index: number): NodeSpec => ({
  name: `web-${index}`,
  kind: "web",
  tier: "front",
  serviceAddresses: [`10.77.0.${index}`],
  mgmtAddress: `10.77.9.${10 + index}`,
  managed: true,
  units: ["shop", "nginx"],
});

const db = (index: number): NodeSpec => ({
  name: `db-${index}`,
  kind: "db",
  tier: "back",
  serviceAddresses: [`10.77.0.${10 + index}`],
  mgmtAddress: `10.77.9.${20 + index}`,
  managed: true,
  units: [],
});

export const nodeSpecs: readonly NodeSpec[] = [
  web(1),
  web(2),
  web(3),
  db(1),
  db(2),
  {
    name: "witness-1",
    kind: "witness",
    tier: "back",
    serviceAddresses: ["10.77.0.20"],
    mgmtAddress: "10.77.9.30",
    managed: true,
    units: [],
  },
  {
    name: "client",
    kind: "client",
    tier: "front",
    serviceAddresses: clientAddresses,
    mgmtAddress: "10.77.9.40",
    managed: false,
    units: ["traffic"],
  },
];

/** The IPv6 address beside an address of the service network: 10.77.0.12 and fd77::12, alike in writing. */
export function serviceAddress6(address: string): string {
  return `fd77::${address.split(".").at(-1)}`;
}

/** Where the fabric puts things inside a node's file system. */
export const inside = {
  /** The lab's own corner: init socket, unit states, power socket, the runtime and the programs of the lab. */
  root: "/run/lab",
  node: "/run/lab/node",
  apps: "/run/lab/src/apps/lab/src",
  /** The shared disk of the pair, on both of its nodes. */
  sharedDisk: "/dev/disk/by-id/bulkhead-lab-sql",
} as const;
