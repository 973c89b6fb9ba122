/**
 * The scene of the proof: three hosts with service and agent, a client, and what can be asked of them. Importing it
 * builds it, in the namespaces of the process (see `tree.ts`).
 */
import { fileURLToPath } from "node:url";
import {
  bucketOf,
  type PortRule,
  parseTable,
  samplePolicy,
  sampleRule,
  type WlbsPolicy,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";
import { addPlace, buildBridge, type Place, type Program, sh, sharedMs, start, until } from "./tree.ts";

export const vip = "10.9.0.100";
const sources = Array.from({ length: 16 }, (_, index) => `10.9.0.${200 + index}`);
/** How many hosts this scene has, 1-32. */
const hostCount = Number(process.env["WLBS_PROOF_HOSTS"] ?? 3);
/** Dozens of agents on one machine get a heartbeat as NLB has it. */
const heartbeat = hostCount > 8 ? { periodMs: 1_000, tolerance: 5 } : { periodMs: 200, tolerance: 5 };
const names = Array.from({ length: hostCount }, (_, index) => `host-${index + 1}`);
const healthPort = 7_070;
const healthProbe: NonNullable<PortRule["probe"]> = {
  check: { kind: "tcp", port: healthPort },
  periodMs: hostCount > 8 ? 2_000 : 200,
  timeoutMs: 200,
  rise: 2,
  fall: 2,
  whenAllFail: "serve",
};
const sample = samplePolicy(hostCount);
export const policy: WlbsPolicy = {
  ...sample,
  vips: [{ address: vip, prefixLength: 24 }],
  clusterMac: "03:bf:0a:09:00:64",
  heartbeat,
  hosts: sample.hosts.map((host, index) => ({
    ...host,
    node: names[index] ?? "",
    dedicatedIp: `10.9.0.${index + 1}`,
  })),
  rules: [
    sampleRule(hostCount, { name: "web", probe: healthProbe }),
    sampleRule(hostCount, { name: "shop", startPort: 8080, endPort: 8080, affinity: "network" }),
    sampleRule(hostCount, {
      name: "names",
      startPort: 5300,
      endPort: 5300,
      protocol: "udp",
      affinity: "single",
    }),
  ],
  heartbeatGroup: "239.255.9.100",
  heartbeatPort: 7719,
};
export const whole = { service: "wlbs", wlbs: policy, wall: { vips: [], mscsAddresses: [] } };
const policyText = JSON.stringify(whole);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Seen {
  at: number;
  status: WlbsStatus;
}

export interface Host {
  name: string;
  place: Place;
  server: Program;
  agent: Program;
  stateDir: string;
  history: Seen[];
}

export const result: Record<string, unknown> = {};
// The mount is the namespace's own, so nothing of it is ever seen or left on the machine.
const directory = "/mnt";
sh(`mount -t tmpfs none ${directory}`);

/**
 * Dozens of agents on one machine get no priority: at each redistribution all of them have work at once, and in real time none would
 * leave any to one that is only starting. A cluster has a machine for each.
 */
const asOthers = ["setpriv", "--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice"];

buildBridge();
export const clientPlace = await addPlace("client", sources);
export const hosts: Host[] = [];
for (const [index, name] of names.entries()) {
  const place = await addPlace(name, [`10.9.0.${index + 1}`]);
  if (hostCount > 8) place.by = asOthers;
  const argv = [file("server-program.ts"), name, "80,8080,9000", "5300", `${healthPort}`];
  const server = await new Promise<Program>((resolve) => {
    const started: Program = start(place, argv, () => resolve(started));
  });
  hosts.push({
    name,
    place,
    server,
    stateDir: `${directory}/${name}`,
    history: [],
    agent: null as unknown as Program,
  });
}
export const client = start(clientPlace, [file("client-program.ts"), vip, sources.join(",")]);
export const [first, second, third] = hosts as [Host, Host, Host];

export function startAgent(host: Host): void {
  host.history = [];
  const onEvent = (event: Record<string, unknown>): void => {
    const { at, report } = event as unknown as { at: number; report?: { wlbs?: WlbsStatus } };
    if (report?.wlbs) host.history.push({ at, status: report.wlbs });
  };
  const argv = [file("host-program.ts"), host.name, policyText, host.stateDir];
  host.agent = start(host.place, argv, onEvent);
}

export const statusOf = (host: Host): WlbsStatus | undefined => host.history.at(-1)?.status;

export function isConverged(among: readonly Host[], members: number): boolean {
  // A report may be a moment old: those that tell of one epoch are of one time.
  const epochs = new Set(among.map((host) => statusOf(host)?.epoch));
  const isOne = among.every((host) => {
    const status = statusOf(host);
    const ids = status?.members.filter(({ isMember }) => isMember) ?? [];
    return status?.state === "converged" && ids.length === members && status.leaseAlive;
  });
  return isOne && epochs.size <= 1;
}

export async function timed(what: string, holds: () => boolean | Promise<boolean>): Promise<number> {
  const began = sharedMs();
  await until(what, holds);
  return Math.round(sharedMs() - began);
}

/**
 * Facts that hold only while buckets stay where they are. On a machine without time a host may be lost for a moment
 * and the cluster shares anew; what was seen meanwhile is looked at again.
 */
export async function steadily<Facts>(among: readonly Host[], look: () => Promise<Facts>): Promise<Facts> {
  const epochs = (): string => among.map((host) => statusOf(host)?.epoch).join();
  const isWhole = (): boolean => isConverged(among, among.length);
  for (let left = 5; ; left -= 1) {
    await until("a steady cluster", isWhole);
    const before = epochs();
    const facts = await look();
    await until("a steady cluster", isWhole);
    if (epochs() === before) return facts;
    if (left === 0) throw new Error("the cluster does not come to rest");
  }
}

/** Owner of a connection by the table that the hosts report for a rule. */
export function ownerOf(rule: string, from: { address: string; port: number }): string {
  const { rules = [], tables = [] } = statusOf(first) ?? {};
  const table = parseTable(tables[rules.find(({ name }) => name === rule)?.table ?? -1] ?? "");
  const affinity = policy.rules.find(({ name }) => name === rule)?.affinity ?? "single";
  return `host-${table?.[bucketOf(affinity, from, policy.hashSeed)]}`;
}

/** Buckets that a host owns, and those that it drains, of its first rule. */
export const ownedBy = (host: Host): number | undefined => statusOf(host)?.rules[0]?.ownedCount;
export const drainedBy = (host: Host): number | undefined => statusOf(host)?.rules[0]?.drainingCount;

/** What a host says of one of its rules. */
export const ruleOf = (host: Host, name: string): WlbsStatus["rules"][number] | undefined =>
  statusOf(host)?.rules.find((rule) => rule.name === name);

export function count(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(values)].toSorted().map((value) => [value, values.filter((v) => v === value).length]),
  );
}

export interface Connection {
  address: string;
  port: number;
  host: string;
}

/** New connections to port 80, closed again: who took them, and how many of them as the table says. */
export async function fresh(among: readonly Host[], many: number): Promise<Record<string, unknown>> {
  const facts = await steadily(among, async () => {
    const connections = await hold("fresh", 80, many);
    const asPredicted = connections.filter((one) => one.host === ownerOf("web", one)).length;
    return { of: many, asPredicted, hosts: count(connections.map(({ host }) => host)) };
  });
  await client.ask({ verb: "drop", name: "fresh" });
  return facts;
}

export interface DatagramAnswers extends Connection {
  hosts: string[];
  twice: number;
}

/** Asks five times from each of the 16 addresses: who answers, and how many as the table of the rule says. */
export async function datagrams(bytes: number, rule = "names"): Promise<Record<string, unknown>> {
  const { answers } = await client.ask({ verb: "datagrams", port: 5300, bytes });
  const all = answers as DatagramAnswers[];
  const strangers = (one: DatagramAnswers): number =>
    one.hosts.filter((host) => host !== ownerOf(rule, one)).length;
  return {
    answered: all.filter(({ hosts }) => hosts.length >= 5).length,
    elsewhere: all.reduce((sum, one) => sum + strangers(one), 0),
    twice: all.reduce((sum, { twice }) => sum + twice, 0),
    hosts: count(all.flatMap((one) => one.hosts)),
  };
}

/** Opens connections under a name; those that had it before are closed. */
export async function hold(name: string, port: number, many: number): Promise<Connection[]> {
  await client.ask({ verb: "drop", name });
  const { connections } = await client.ask({ verb: "hold", name, port, count: many });
  return connections as Connection[];
}

export async function section(name: string, run: () => Promise<unknown>): Promise<void> {
  const began = sharedMs();
  result[name] = await run();
  process.stderr.write(`${name} ${Math.round(sharedMs() - began)} ms: ${JSON.stringify(result[name])}\n`);
}

export interface Probe {
  at: number;
  host: string | null;
}

export async function stopProbing(): Promise<Probe[]> {
  const { probes } = await client.ask({ verb: "stop-probing" });
  return (probes as Probe[]).toSorted((a, b) => a.at - b.at);
}

export function outage(probes: readonly Probe[], since: number): Record<string, number> {
  const failed = probes.filter(({ at, host }) => host === null && at >= since);
  return {
    probes: probes.length,
    failed: failed.length,
    failedBefore: probes.filter(({ at, host }) => host === null && at < since).length,
    firstFailureMs: Math.round((failed[0]?.at ?? since) - since),
    servedAgainMs: Math.round((failed.at(-1)?.at ?? since) - since),
  };
}

export function convergenceCounts(among: readonly Host[]): number[] {
  return among.map((host) => statusOf(host)?.convergenceCount ?? 0);
}

/** True once each of the hosts has been through another convergence than those counted in `before`. */
export function hasReconverged(among: readonly Host[], before: readonly number[]): boolean {
  return convergenceCounts(among).every((converged, index) => converged > (before[index] ?? 0));
}
