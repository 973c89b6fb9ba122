/**
 * The scene of the proofs under hardship: hosts with service and agent, a client of either address family, and what can be
 * asked of them. Importing it builds it, in the namespaces of the process. WLBS_HARD_HOSTS says how many hosts.
 */
import { fileURLToPath } from "node:url";
import type { NodePolicy } from "@bulkhead/core/plan";
import {
  type Finding,
  type PortRule,
  samplePolicy,
  sampleRule,
  type WlbsPolicy,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";
import type { BundleSecrets } from "@bulkhead/protocol";
import { type Program, sh, sharedMs, until } from "../tree.ts";
import { addPlace, buildSwitch, type HardProgram, inside, ipv4Of, type Place, start } from "./wires.ts";

export const vip4 = "10.9.0.100";
export const vip6 = "fd09::100";
const hostCount = Number(process.env["WLBS_HARD_HOSTS"] ?? 3);
const names = Array.from({ length: hostCount }, (_, index) => `host-${index + 1}`);

const rule = (change: Partial<PortRule>): PortRule => sampleRule(hostCount, change);
const sample = samplePolicy(hostCount);

/** The cluster of all proofs: both address families, a rule by address and port, two by address. */
export const policy: WlbsPolicy = {
  ...sample,
  vips: [
    { address: vip4, prefixLength: 24 },
    { address: vip6, prefixLength: 64 },
  ],
  clusterMac: "03:bf:0a:09:00:64",
  heartbeat: { periodMs: 200, tolerance: 5 },
  hosts: sample.hosts.map((host, index) => ({
    ...host,
    node: names[index] ?? "",
    dedicatedIp: ipv4Of({ number: index + 1 }),
  })),
  rules: [
    rule({ name: "web" }),
    rule({ name: "shop", startPort: 8080, endPort: 8080, affinity: "single" }),
    rule({ name: "names", startPort: 5300, endPort: 5309, protocol: "udp", affinity: "none" }),
  ],
  heartbeatGroup: "239.255.9.100",
  heartbeatPort: 7719,
};

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
export const secrets: BundleSecrets = { heartbeatKeys: [{ id: 1, key: key(7) }] };
/** Another key under the same number, and one under a number that nobody knows. */
export const forgedSecrets: BundleSecrets = { heartbeatKeys: [{ id: 1, key: key(8) }] };
export const strangeSecrets: BundleSecrets = { heartbeatKeys: [{ id: 9, key: key(9) }] };

export function whole(wlbs: WlbsPolicy): NodePolicy {
  return { service: "wlbs", wlbs, wall: { vips: [], mscsAddresses: [] } };
}

export interface Host {
  name: string;
  place: Place;
  service: Program;
  agent: HardProgram;
  stateDir: string;
  /** Newest last, since the agent was started. */
  history: { at: number; status: WlbsStatus }[];
  log: { level: string; message: string }[];
}

export const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// The mount is the namespace's own, so nothing of it is ever seen or left on the machine.
export const directory = "/mnt";
sh(`mount -t tmpfs none ${directory}; mount --make-rprivate /`);
buildSwitch();

/** Client addresses: 16 of IPv4 and 16 of IPv6, four in each /64. */
export const sources4 = Array.from({ length: 16 }, (_, index) => `10.9.0.${200 + index}`);
export const sources6 = Array.from({ length: 16 }, (_, index) => `fd09::${(0x200 + index).toString(16)}`);
export const clientPlace = await addPlace("client", 199, [
  ...sources4.map((address) => `${address}/24`),
  ...sources6.map((address) => `${address}/64`),
]);

/** A host with its service and without an agent. */
export async function addHost(name: string, number: number): Promise<Host> {
  const place = await addPlace(name, number);
  const argv = [file("server-program.ts"), name, "80,8080,9000", "5300,5301,5302"];
  const service = await new Promise<Program>((resolve) => {
    const started: Program = start(place, argv, () => resolve(started));
  });
  const agent = null as unknown as HardProgram;
  return { name, place, service, agent, stateDir: `${directory}/${name}`, history: [], log: [] };
}

export const hosts: Host[] = [];
for (const [index, name] of names.entries()) hosts.push(await addHost(name, index + 1));
export const [first, second, third] = hosts as [Host, Host, Host];

interface Start {
  wlbs?: WlbsPolicy;
  given?: BundleSecrets;
  /** By how much its wall clock is wrong. */
  skewMs?: number;
}

/** Starts the agent and gives it the policy; what came of that is the answer. */
export function startAgent(
  host: Host,
  { wlbs = policy, given = secrets, skewMs = 0 }: Start = {},
): Promise<Record<string, unknown>> {
  host.history = [];
  host.log = [];
  const argv = [file("host-program.ts"), host.name, host.stateDir, `${skewMs}`];
  host.agent = start(host.place, argv, (event) => hear(host, event));
  return host.agent.ask({ verb: "apply", policy: whole(wlbs), secrets: given });
}

function hear(host: Host, event: Record<string, unknown>): void {
  if (event["event"] === "log") host.log.push(event as unknown as Host["log"][number]);
  const { at, report } = event as { at: number; report?: { wlbs?: WlbsStatus } };
  if (report?.wlbs) host.history.push({ at, status: report.wlbs });
}

export async function killAgent(host: Host): Promise<void> {
  host.agent.kill("SIGKILL");
  await host.agent.ended;
}

export const statusOf = (host: Host): WlbsStatus | undefined => host.history.at(-1)?.status;

export function isConverged(among: readonly Host[], members = among.length): boolean {
  return among.every((host) => {
    const status = statusOf(host);
    const ids = status?.members.filter(({ isMember }) => isMember) ?? [];
    return status?.state === "converged" && ids.length === members && status.leaseAlive;
  });
}

export const isWhole = (): boolean => isConverged(hosts);
/** Each host has its share of the first rule. */
export const areShared = (): boolean => isWhole() && hosts.every((host) => (ownedBy(host) ?? 0) > 1_000);
/** What is wrong on a host now; that a cluster was split stays to be read for a minute. */
export function complaints(host: Host): string[] {
  const { lastError = "no status", findings = [] } = statusOf(host) ?? {};
  const kinds = findings.map(({ kind }) => kind).filter((kind) => kind !== "two-coordinators");
  return [...(lastError === null ? [] : [lastError]), ...kinds];
}

/** All hosts have their share, and nobody has anything to complain about. */
export const isCalm = (): boolean => areShared() && hosts.every((host) => complaints(host).length === 0);

/** Buckets of the first rule that a host owns. */
export const ownedBy = (host: Host): number | undefined => statusOf(host)?.rules[0]?.ownedCount;

export function findingOf(host: Host, kind: string): Finding | undefined {
  return statusOf(host)?.findings.find((finding) => finding.kind === kind);
}

/** Waits for a finding; it, and how long that took. */
export async function findingWithin(
  host: Host,
  kind: string,
  since = sharedMs(),
): Promise<Finding & { tookMs: number }> {
  await until(`${host.name} to report ${kind}`, () => findingOf(host, kind) !== undefined);
  const at = host.history.find(
    (seen) => seen.at >= since && seen.status.findings.some((one) => one.kind === kind),
  )?.at;
  return { ...(findingOf(host, kind) as Finding), tookMs: Math.round((at ?? sharedMs()) - since) };
}

export async function timed(what: string, holds: () => boolean | Promise<boolean>): Promise<number> {
  const began = sharedMs();
  await until(what, holds);
  return Math.round(sharedMs() - began);
}

/** The shell of a place, on several hosts at once. */
export const each = (among: readonly Host[], command: string): string[] =>
  among.map(({ place }) => inside(place, command));

export const result: Record<string, unknown> = {};

/** What fails is told as such, and the proof goes on: one hardship must not hide the others. */
export async function section(name: string, run: () => Promise<unknown>): Promise<void> {
  const began = sharedMs();
  result[name] = await run().catch((error: unknown) => ({ failed: String(error), now: summary() }));
  const tookMs = Math.round(sharedMs() - began);
  process.stderr.write(`${name} ${tookMs} ms: ${JSON.stringify(result[name])}\n`);
}

/** How the hosts stand, for messages about what did not happen. */
export function summary(): unknown {
  return hosts.map((host) => {
    const { state, cause, epoch, lastError, findings, leaseAlive } = statusOf(host) ?? {};
    const kinds = findings?.map(({ kind }) => kind);
    return { host: host.name, state, cause, epoch, leaseAlive, owned: ownedBy(host), lastError, kinds };
  });
}

export function conclude(): never {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
