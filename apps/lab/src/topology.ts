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
  /** Address on `hb0`, the pair's second heartbeat network; null = there is no such card. */
  heartbeatAddress: string | null;
  /** Address on `mgmt0`, the management network. */
  mgmtAddress: string;
  /** Whether the node runs an agent. */
  managed: boolean;
  /** Units of the lab itself that are enabled when the node's disk is made. */
  units: string[];
  /** Number of the pair that a node of kind `db` belongs to; null for the others. */
  pair: PairNumber | null;
}

/** Networks whose cables can be pulled. */
export const linkNames = ["eth0", "hb0"] as const;
export type LinkName = (typeof linkNames)[number];

export type PairNumber = 1 | 2;

/** `one`, or `two`, or two of which the second one has no agent: somebody sets it up by hand. */
export const pairChoices = ["one", "two", "by-hand"] as const;
export type PairChoice = (typeof pairChoices)[number];

/** A disk that both nodes of a pair reach and only one may mount. */
export interface DiskSpec {
  name: string;
  pair: PairNumber;
  /** Size of the image; the file is sparse. */
  sizeBytes: number;
  /** What is put on it when it is made. */
  content: "postgresql" | "mosquitto";
}

const mebibyte = 1024 ** 2;

export const diskSpecs: readonly DiskSpec[] = [
  { name: "sql", pair: 1, sizeBytes: 1024 * mebibyte, content: "postgresql" },
  { name: "queue", pair: 1, sizeBytes: 128 * mebibyte, content: "mosquitto" },
  { name: "sql-2", pair: 2, sizeBytes: 1024 * mebibyte, content: "postgresql" },
];

export const network = {
  serviceBridge: "br-svc",
  heartbeatBridge: "br-hb",
  mgmtBridge: "br-mgmt",
  prefixLength: 24,
  prefixLength6: 64,
  vip: "10.77.0.100",
  vip6: "fd77::100",
  groupAddress: "10.77.0.50",
  queueAddress: "10.77.0.51",
  secondGroupAddress: "10.77.0.52",
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
  heartbeatAddress: null,
  mgmtAddress: `10.77.9.${10 + index}`,
  managed: true,
  units: ["shop", "nginx"],
  pair: null,
});

const db = (index: number, pair: PairNumber, managed = true): NodeSpec => ({
  name: `db-${index}`,
  kind: "db",
  tier: "back",
  serviceAddresses: [`10.77.0.${10 + index}`],
  heartbeatAddress: `10.78.0.${10 + index}`,
  mgmtAddress: `10.77.9.${20 + index}`,
  managed,
  units: [],
  pair,
});

const witness: NodeSpec = {
  name: "witness-1",
  kind: "witness",
  tier: "back",
  serviceAddresses: ["10.77.0.20"],
  heartbeatAddress: null,
  mgmtAddress: "10.77.9.30",
  managed: true,
  units: [],
  pair: null,
};

const client: NodeSpec = {
  name: "client",
  kind: "client",
  tier: "front",
  serviceAddresses: clientAddresses,
  heartbeatAddress: null,
  mgmtAddress: "10.77.9.40",
  managed: false,
  units: ["traffic"],
  pair: null,
};

/** All nodes of a lab. */
export function nodeSpecs(pairs: PairChoice = "one"): NodeSpec[] {
  const second = pairs === "one" ? [] : [3, 4].map((index) => db(index, 2, pairs === "two"));
  return [web(1), web(2), web(3), db(1, 1), db(2, 1), ...second, witness, client];
}

/** The disks of the pair that a node belongs to; none for other nodes. */
export function disksOf(spec: NodeSpec): DiskSpec[] {
  return diskSpecs.filter(({ pair }) => pair === spec.pair);
}

/** How a shared disk is called on the nodes that reach it. */
export function diskDevice(disk: DiskSpec): string {
  return `/dev/disk/by-id/bulkhead-lab-${disk.name}`;
}

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
} as const;
