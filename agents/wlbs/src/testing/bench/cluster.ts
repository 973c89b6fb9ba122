/** A cluster of the bench: real agents on places of their own, with what they report about themselves. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type BucketTable,
  type PortRule,
  parseTable,
  type WlbsPolicy,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";
import type { Context } from "./figure.ts";
import { addPlace, inside, type Place, type Program, start, until } from "./wires.ts";

/** The presets of the fleet file, as packages/spec has them (`nlb`: KB 193601); the agent may not import it. */
export const heartbeats = {
  fast: { periodMs: 100, tolerance: 3 },
  default: { periodMs: 125, tolerance: 4 },
  nlb: { periodMs: 1000, tolerance: 5 },
} as const;

export interface ClusterWish {
  /** Third number of its addresses 10.N.0.x; also keeps names and groups of two clusters apart. */
  net: number;
  hostCount: number;
  heartbeat: { periodMs: number; tolerance: number };
}

export interface Report {
  at: number;
  status: WlbsStatus;
}

export interface BenchHost {
  name: string;
  hostId: number;
  address: string;
  place: Place;
  agent: Program | null;
  /** Newest last. */
  reports: Report[];
}

export interface Cluster {
  vip: string;
  policy: WlbsPolicy;
  hosts: BenchHost[];
  context: Context;
}

const program = fileURLToPath(new URL("./agent-program.mjs", import.meta.url));

type RuleWish = Pick<PortRule, "name" | "startPort" | "protocol">;

const ruleWishes: RuleWish[] = [
  { name: "web", startPort: 80, protocol: "tcp" },
  { name: "echo", startPort: 5300, protocol: "udp" },
  { name: "kept", startPort: 5301, protocol: "tcp" },
];

function ruleOf(wish: RuleWish, hostIds: readonly number[]): PortRule {
  return {
    ...wish,
    vip: null,
    endPort: wish.startPort,
    mode: "multiple",
    affinity: "none",
    affinityTimeoutMin: 0,
    weights: hostIds.map((hostId) => ({ hostId, weight: 50 })),
    priorities: [],
    probe: null,
  };
}

/** HTTP on 80, the echo of the takeover figures on UDP 5300, the one of kept connections on TCP 5301. */
export function policyOf({ net, hostCount, heartbeat }: ClusterWish): WlbsPolicy {
  const hostIds = Array.from({ length: hostCount }, (_, index) => index + 1);
  return {
    cluster: `bench-${net}`,
    internetName: null,
    vips: [{ address: `10.${net}.0.100`, prefixLength: 24 }],
    mode: "multicast",
    clusterMac: `03:bf:0a:${net.toString(16).padStart(2, "0")}:00:64`,
    heartbeat,
    partition: "serve",
    filterIcmp: false,
    hosts: hostIds.map((hostId) => ({
      node: `h${net}-${hostId}`,
      hostId,
      dedicatedIp: `10.${net}.0.${hostId}`,
      prefixLength: 24,
      interface: "eth0",
      initialState: "started",
      retainSuspended: false,
    })),
    rules: ruleWishes.map((wish) => ruleOf(wish, hostIds)),
    hashSeed: 0x5eed,
    heartbeatGroup: `239.255.${net}.100`,
    heartbeatPort: 7719,
  };
}

/** Builds the places, unless they are given; no agent runs yet. */
export async function addCluster(context: Context, wish: ClusterWish, given: Place[] = []): Promise<Cluster> {
  const policy = policyOf(wish);
  const hosts: BenchHost[] = [];
  for (const { node, hostId, dedicatedIp } of policy.hosts) {
    const place = given[hostId - 1] ?? (await addPlace(node, [dedicatedIp]));
    hosts.push({ name: node, hostId, address: dedicatedIp, place, agent: null, reports: [] });
  }
  return { vip: `10.${wish.net}.0.100`, policy, hosts, context };
}

const installScript = fileURLToPath(new URL("../../../../node/install.sh.template", import.meta.url));

/** The options and the environment that the installed service has: what is measured is what runs on nodes. */
function serviceOptions(): string[] {
  const text = readFileSync(installScript, "utf8");
  const [, options] = /^NODE_OPTIONS_OF_SERVICE="(.+)"$/m.exec(text) ?? [];
  if (options === undefined) throw new Error(`${installScript} does not say how Node is started.`);
  return options.split(" ");
}

function serviceEnvironment(): string[] {
  const [, assignments] = /^Environment=(.+)$/m.exec(readFileSync(installScript, "utf8")) ?? [];
  if (assignments === undefined) throw new Error(`${installScript} sets no environment.`);
  return ["env", ...assignments.split(" ")];
}

/** Starts the agent of a host, or starts it again as after a crash: what it remembers is still there. */
export function startAgent({ policy, context }: Cluster, host: BenchHost): void {
  const stateDir = join(context.work, host.name);
  const whole = {
    service: "wlbs",
    wlbs: policy,
    wall: { vips: [], mscsAddresses: [] },
  };
  host.reports = [];
  const node = [...serviceEnvironment(), process.execPath, ...serviceOptions()];
  const argv = [...node, program, context.halfModule, host.name, JSON.stringify(whole), stateDir];
  host.agent = start(host.place, argv, (event) => {
    if (event["event"] !== "status" || event["status"] === undefined) return;
    host.reports.push({ at: Number(event["at"]), status: event["status"] as WlbsStatus });
    if (host.reports.length > 5_000) host.reports.splice(0, 1_000);
  });
}

/** Ends the agent and takes away whatever it has set up in the kernel, as a reboot of the host would. */
export function wipe({ vip, context }: Cluster, host: BenchHost): void {
  host.agent?.kill("SIGKILL");
  host.agent = null;
  inside(host.place, `nft flush ruleset; ip addr flush dev eth0 to ${vip}/32`);
  rmSync(join(context.work, host.name), { recursive: true, force: true });
}

export const statusOf = (host: BenchHost): WlbsStatus | undefined => host.reports.at(-1)?.status;

/** Table of the first rule, as this host knows it. */
export function tableOf(host: BenchHost): BucketTable | null {
  return parseTable(statusOf(host)?.tables[0] ?? "");
}

/** Do these hosts, and nobody else, share all buckets, each of them knowing it. */
export function isConverged(among: readonly BenchHost[]): boolean {
  return among.every((host) => {
    const status = statusOf(host);
    if (status?.state !== "converged" || !status.leaseAlive) return false;
    const owners = new Set(tableOf(host));
    return owners.size === among.length && among.every(({ hostId }) => owners.has(hostId));
  });
}

/** Starts agents where none run, and waits until all hosts of the cluster share its buckets. */
export async function converge(cluster: Cluster): Promise<void> {
  for (const host of cluster.hosts) if (host.agent === null) startAgent(cluster, host);
  await until(`cluster ${cluster.policy.cluster} converges`, () => isConverged(cluster.hosts), 120_000);
}

/** Ends all agents of the cluster. */
export function endCluster(cluster: Cluster): void {
  for (const host of cluster.hosts) wipe(cluster, host);
}
