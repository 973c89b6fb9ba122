/**
 * The scene of the proof: three hosts with service and agent, a client, and what can be asked of them. Importing it
 * builds it, in the namespaces of the process (see `tree.ts`).
 */
import { fileURLToPath } from "node:url";
import { bucketOf, parseTable, type WlbsPolicy, type WlbsStatus } from "@bulkhead/core/wlbs";
import {
  addPlace,
  buildBridge,
  inside,
  type Place,
  type Program,
  sh,
  sharedMs,
  start,
  until,
} from "./tree.ts";

export const vip = "10.9.0.100";
const sources = Array.from({ length: 16 }, (_, index) => `10.9.0.${200 + index}`);
const names = ["host-1", "host-2", "host-3"];
export const policy: WlbsPolicy = {
  cluster: "web",
  vip,
  vipPrefixLength: 24,
  mode: "multicast",
  clusterMac: "03:bf:0a:09:00:64",
  heartbeat: { periodMs: 200, tolerance: 5 },
  hosts: names.map((node, index) => ({
    node,
    hostId: index + 1,
    dedicatedIp: `10.9.0.${index + 1}`,
    prefixLength: 24,
    interface: "eth0",
    initialState: "started",
  })),
  rules: [
    { name: "web", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" },
    { name: "shop", startPort: 8080, endPort: 8080, protocol: "tcp", mode: "multiple", affinity: "network" },
    { name: "names", startPort: 5300, endPort: 5300, protocol: "udp", mode: "multiple", affinity: "single" },
  ],
  hashSeed: 0x5eed,
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
  agent: Program;
  stateDir: string;
  history: Seen[];
}

export const result: Record<string, unknown> = {};
// The mount is the namespace's own, so nothing of it is ever seen or left on the machine.
const directory = "/mnt";
sh(`mount -t tmpfs none ${directory}`);

buildBridge();
export const clientPlace = await addPlace("client", sources);
export const hosts: Host[] = [];
for (const [index, name] of names.entries()) {
  const place = await addPlace(name, [`10.9.0.${index + 1}`]);
  await new Promise((resolve) =>
    start(place, [file("server-program.ts"), name, "80,8080,9000", "5300"], resolve),
  );
  hosts.push({
    name,
    place,
    stateDir: `${directory}/${name}`,
    history: [],
    agent: null as unknown as Program,
  });
}
export const client = start(clientPlace, [file("client-program.ts"), vip, sources.join(",")]);
export const [first, second, third] = hosts as [Host, Host, Host];

export function startAgent(host: Host): void {
  host.history = [];
  host.agent = start(host.place, [file("host-program.ts"), host.name, policyText, host.stateDir], (event) => {
    const { at, report } = event as unknown as { at: number; report: { wlbs: WlbsStatus } };
    host.history.push({ at, status: report.wlbs });
  });
}

export const statusOf = (host: Host): WlbsStatus | undefined => host.history.at(-1)?.status;

export function isConverged(among: readonly Host[], members: number): boolean {
  return among.every((host) => {
    const status = statusOf(host);
    return status?.state === "converged" && status.members.length === members && status.leaseAlive;
  });
}

export async function timed(
  what: string,
  limitMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<number> {
  const began = sharedMs();
  await until(what, limitMs, holds);
  return Math.round(sharedMs() - began);
}

/** Owner of a connection by the table that the hosts report. */
export function ownerOf(
  affinity: "none" | "single" | "network",
  from: { address: string; port: number },
): string {
  const table = parseTable(statusOf(first)?.table ?? "");
  return `host-${table?.[bucketOf(affinity, from, policy.hashSeed)]}`;
}

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

export async function hold(name: string, port: number, many: number): Promise<Connection[]> {
  const { connections } = await client.ask({ verb: "hold", name, port, count: many });
  return connections as Connection[];
}

/** Packets that left the client for the VIP, and what the hosts' kernels did with them. */
export function packets(): { sent: number; taken: number } {
  const counted = (text: string, names: RegExp): number =>
    [...text.matchAll(names)].reduce((sum, match) => sum + Number(match[1]), 0);
  const sent = inside(clientPlace, "nft list counter inet sending sent");
  const taken = hosts.map(({ place }) =>
    inside(place, "nft list counters table inet bulkhead 2>/dev/null || true"),
  );
  return {
    sent: counted(sent, /packets (\d+)/g),
    taken: counted(taken.join("\n"), /counter (?:accepted|drained) \{\s+packets (\d+)/g),
  };
}

export async function section(name: string, run: () => Promise<unknown>): Promise<void> {
  const began = sharedMs();
  result[name] = await run();
  process.stderr.write(`${name} ${Math.round(sharedMs() - began)} ms: ${JSON.stringify(result[name])}\n`);
}

// Counts what the client sends, and keeps every SYN-ACK: two of them with different numbers for one connection
// would mean that two kernels had taken the same SYN.
inside(
  clientPlace,
  `nft -f - <<'END'
table inet sending {
  counter sent { }
  set answers { typeof ip daddr . tcp dport . tcp sequence; flags dynamic; size 65535; }
  chain out { type filter hook output priority 0; ip daddr ${vip} counter name sent; }
  chain in { type filter hook input priority 0; tcp flags & (syn|ack) == syn|ack update @answers { ip daddr . tcp dport . tcp sequence }; }
}
END`,
);

/** Connections of the whole run, and how many of them two hosts have answered. */
export function answers(): { connections: number; twice: number } {
  const text = inside(clientPlace, "nft -n list set inet sending answers");
  const numbers = new Map<string, Set<string>>();
  for (const [, address, port, number] of text.matchAll(/(\d+\.\d+\.\d+\.\d+) \. (\d+) \. (\d+)/g)) {
    const of = `${address}:${port}`;
    numbers.set(of, (numbers.get(of) ?? new Set()).add(number ?? ""));
  }
  return { connections: numbers.size, twice: [...numbers.values()].filter((set) => set.size > 1).length };
}

export const leaseLives = (host: Host): boolean =>
  inside(host.place, "nft list set netdev bulkhead lease").includes("expires");

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
