/**
 * The proof with real packets: three hosts and a client on one bridge, the real half on each host, static policy.
 * Runs as the first process of its own namespaces (see `wlbs.lab.test.ts`) and prints one line of JSON at the end.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const vip = "10.9.0.100";
const sources = Array.from({ length: 16 }, (_, index) => `10.9.0.${200 + index}`);
const names = ["host-1", "host-2", "host-3"];
const policy: WlbsPolicy = {
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
const whole = { service: "wlbs", wlbs: policy, wall: { vips: [], mscsAddresses: [] } };
const policyText = JSON.stringify(whole);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Seen {
  at: number;
  status: WlbsStatus;
}

interface Host {
  name: string;
  place: Place;
  agent: Program;
  stateDir: string;
  history: Seen[];
}

const result: Record<string, unknown> = {};
const directory = mkdtempSync(join(tmpdir(), "wlbs-proof-"));
sh(`mount -t tmpfs none ${directory}`);

buildBridge();
const clientPlace = await addPlace("client", sources);
const hosts: Host[] = [];
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
const client = start(clientPlace, [file("client-program.ts"), vip, sources.join(",")]);
const [first, second, third] = hosts as [Host, Host, Host];

function startAgent(host: Host): void {
  host.history = [];
  host.agent = start(host.place, [file("host-program.ts"), host.name, policyText, host.stateDir], (event) => {
    const { at, report } = event as unknown as { at: number; report: { wlbs: WlbsStatus } };
    host.history.push({ at, status: report.wlbs });
  });
}

const statusOf = (host: Host): WlbsStatus | undefined => host.history.at(-1)?.status;

function isConverged(among: readonly Host[], members: number): boolean {
  return among.every((host) => {
    const status = statusOf(host);
    return status?.state === "converged" && status.members.length === members && status.leaseAlive;
  });
}

async function timed(
  what: string,
  limitMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<number> {
  const began = sharedMs();
  await until(what, limitMs, holds);
  return Math.round(sharedMs() - began);
}

/** Owner of a connection by the table that the hosts report. */
function ownerOf(affinity: "none" | "single" | "network", from: { address: string; port: number }): string {
  const table = parseTable(statusOf(first)?.table ?? "");
  return `host-${table?.[bucketOf(affinity, from, policy.hashSeed)]}`;
}

function count(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(values)].toSorted().map((value) => [value, values.filter((v) => v === value).length]),
  );
}

interface Connection {
  address: string;
  port: number;
  host: string;
}

async function hold(name: string, port: number, many: number): Promise<Connection[]> {
  const { connections } = await client.ask({ verb: "hold", name, port, count: many });
  return connections as Connection[];
}

/** Packets that left the client for the VIP, and what the hosts' kernels did with them. */
function packets(): { sent: number; taken: number } {
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

async function section(name: string, run: () => Promise<unknown>): Promise<void> {
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
function answers(): { connections: number; twice: number } {
  const text = inside(clientPlace, "nft -n list set inet sending answers");
  const numbers = new Map<string, Set<string>>();
  for (const [, address, port, number] of text.matchAll(/(\d+\.\d+\.\d+\.\d+) \. (\d+) \. (\d+)/g)) {
    const of = `${address}:${port}`;
    numbers.set(of, (numbers.get(of) ?? new Set()).add(number ?? ""));
  }
  return { connections: numbers.size, twice: [...numbers.values()].filter((set) => set.size > 1).length };
}

await section("boot", async () => {
  for (const host of hosts) startAgent(host);
  return { convergedMs: await timed("three hosts converge", 15_000, () => isConverged(hosts, 3)) };
});

await section("spread", async () => {
  const web = await hold("web", 80, 200);
  const shop = await hold("shop", 8080, 16);
  const other = await hold("other", 9000, 16);
  const { answers } = (await client.ask({ verb: "datagrams", port: 5300 })) as {
    answers: (Connection & { hosts: string[] })[];
  };
  await until("counters settle", 5_000, () => packets().sent === packets().taken);
  return {
    web: count(web.map(({ host }) => host)),
    webAsPredicted: web.filter((one) => one.host === ownerOf("none", one)).length,
    shopAsPredicted: shop.filter((one) => one.host === ownerOf("network", one)).length,
    unruled: count(other.map(({ host }) => host)),
    datagramsAsPredicted: answers.filter(
      (one) => one.hosts.length === 5 && one.hosts.every((host) => host === ownerOf("single", one)),
    ).length,
    datagramHosts: count(answers.flatMap((one) => one.hosts)),
    packets: packets(),
    clusterMac: inside(clientPlace, `ip neigh show ${vip}`).includes(policy.clusterMac),
  };
});

const leaseLives = (host: Host): boolean =>
  inside(host.place, "nft list set netdev bulkhead lease").includes("expires");

interface Probe {
  at: number;
  host: string | null;
}

async function stopProbing(): Promise<Probe[]> {
  const { probes } = await client.ask({ verb: "stop-probing" });
  return (probes as Probe[]).toSorted((a, b) => a.at - b.at);
}

function outage(probes: readonly Probe[], since: number): Record<string, number> {
  const failed = probes.filter(({ at, host }) => host === null && at >= since);
  return {
    probes: probes.length,
    failed: failed.length,
    failedBefore: probes.filter(({ at, host }) => host === null && at < since).length,
    firstFailureMs: Math.round((failed[0]?.at ?? since) - since),
    servedAgainMs: Math.round((failed.at(-1)?.at ?? since) - since),
  };
}

await section("kill", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const at = sharedMs();
  third.agent.kill("SIGKILL");
  const convergedMs = await timed("two hosts converge", 10_000, () => isConverged([first, second], 2));
  await until("served for 300 ms", 5_000, () => sharedMs() > at + convergedMs + 300);
  const probes = await stopProbing();
  return {
    convergedMs,
    ...outage(probes, at),
    leaseLives: leaseLives(third),
    open: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("return", async () => {
  startAgent(third);
  const convergedMs = await timed("three hosts converge again", 15_000, () => isConverged(hosts, 3));
  const fresh = await hold("fresh", 80, 60);
  return {
    convergedMs,
    web: await client.ask({ verb: "check", name: "web" }),
    shop: await client.ask({ verb: "check", name: "shop" }),
    other: await client.ask({ verb: "check", name: "other" }),
    fresh: count(fresh.map(({ host }) => host)),
    freshAsPredicted: fresh.filter((one) => one.host === ownerOf("none", one)).length,
  };
});

await section("drainstop", async () => {
  await client.ask({ verb: "probe", port: 80 });
  const since = sharedMs();
  const answer = await second.agent.ask({ verb: "wlbs.drainstop" });
  const drainedMs = await timed(
    "host 2 owns nothing",
    5_000,
    () => statusOf(second)?.ownedCount === 0 && isConverged([first, third], 3),
  );
  const at = sharedMs();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const probes = await stopProbing();
  const during = { state: statusOf(second)?.state, web: await client.ask({ verb: "check", name: "web" }) };
  for (const name of ["web", "fresh", "shop", "other"])
    await client.ask({ verb: "drop", name, host: "host-2" });
  const stoppedMs = await timed(
    "host 2 stops",
    15_000,
    () => statusOf(second)?.state === "stopped" && statusOf(second)?.members.length !== undefined,
  );
  await until(
    "host 2 gives the address back",
    5_000,
    () => !inside(second.place, "ip -o addr show dev eth0").includes(vip),
  );
  return {
    answer,
    drainedMs,
    during,
    lost: probes.filter(({ at: when, host }) => when >= since && host === null).length,
    newOnHost2: probes.filter(({ at: when, host }) => when >= at && host === "host-2").length,
    stoppedMs,
    rest: await client.ask({ verb: "check", name: "web" }),
    tablesLeft: inside(second.place, "nft list tables | grep -c bulkhead || true").trim(),
  };
});

await section("hang", async () => {
  await until("two hosts converged", 10_000, () => isConverged([first, third], 2));
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const at = sharedMs();
  first.agent.kill("SIGSTOP");
  await until("the lease runs out", 5_000, () => !leaseLives(first));
  const leaseGoneMs = Math.round(sharedMs() - at);
  await until("host 3 owns everything", 10_000, () => statusOf(third)?.ownedCount === 4096);
  const takenAt = third.history.find((seen) => seen.at > at && seen.status.ownedCount === 4096)?.at ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const probes = await stopProbing();
  const hung = await client.ask({ verb: "check", name: "web" });
  first.agent.kill("SIGCONT");
  const half = (host: Host): boolean => statusOf(host)?.ownedCount === 2048;
  const rejoinedMs = await timed(
    "host 1 rejoins",
    15_000,
    () => half(first) && half(third) && isConverged([first, third], 2),
  );
  return {
    leaseGoneMs,
    takenMs: Math.round(takenAt - at),
    ...outage(probes, at),
    lastOnHost1Ms: Math.round((probes.filter(({ host }) => host === "host-1").at(-1)?.at ?? at) - at),
    hung,
    rejoinedMs,
    web: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("restart", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const at = sharedMs();
  await third.agent.ask({ verb: "leave" });
  const leftMs = Math.round(sharedMs() - at);
  const kept = inside(third.place, "nft list tables").includes("netdev bulkhead");
  startAgent(third);
  const both = (): boolean => statusOf(third)?.ownedCount === 2048 && isConverged([first, third], 2);
  const backMs = await timed("host 3 is back", 15_000, both);
  const probes = await stopProbing();
  return {
    leftMs,
    kept,
    backMs,
    ...outage(probes, at),
    web: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("policy", async () => {
  // Buckets without connections are foreign by now; only then does another hash move connections out of reach.
  const isTrimmed = (host: Host): boolean => (statusOf(host)?.drainingCount ?? 4096) < 300;
  await until("empty draining buckets are released", 20_000, () => isTrimmed(first) && isTrimmed(third));
  const draining = [first, third].map((host) => statusOf(host)?.drainingCount);
  const before = [first, third].map((host) => statusOf(host)?.convergenceCount ?? 0);
  // Another hash for every connection: one rule for all ports, by address.
  const rules = [
    { ...policy.rules[0], name: "all", startPort: 0, endPort: 65_535, protocol: "both", affinity: "single" },
  ];
  const wlbs = { ...policy, rules };
  await Promise.all(
    [first, third].map(({ agent }) => agent.ask({ verb: "policy", policy: { ...whole, wlbs } })),
  );
  const isTaken = (host: Host, index: number): boolean =>
    (statusOf(host)?.convergenceCount ?? 0) > (before[index] ?? 0) && statusOf(host)?.ownedCount === 2048;
  await until(
    "the new policy is in force",
    15_000,
    () => [first, third].every(isTaken) && isConverged([first, third], 2),
  );
  const web = await client.ask({ verb: "check", name: "web" });
  const { answers: large } = (await client.ask({ verb: "datagrams", port: 5300, bytes: 4000 })) as {
    answers: (Connection & { hosts: string[] })[];
  };
  return {
    draining,
    web,
    fragmentsAsPredicted: large.filter(
      (one) => one.hosts.length === 5 && one.hosts.every((host) => host === ownerOf("single", one)),
    ).length,
    fragmentHosts: count(large.flatMap((one) => one.hosts)),
  };
});

await section("release", async () => {
  const began = sharedMs();
  const answer = third.agent.ask({ verb: "release" });
  await until("host 1 owns all", 10_000, () => statusOf(first)?.ownedCount === 4096);
  const aloneMs = Math.round(sharedMs() - began);
  await answer;
  const left = inside(third.place, "nft list tables; ip -o addr show dev eth0; ip maddr show dev eth0");
  return {
    answer,
    aloneMs,
    clean: !left.includes("bulkhead") && !left.includes(vip) && !left.includes("03:bf"),
  };
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
