/**
 * A whole WLBS cluster in one process under a fake clock: N simulated hosts, seeded weather, and a checker that
 * looks at the kernels (not at what the agents believe) whenever one of them may own more than before.
 */
import { statusOf, type WlbsMessage, type WlbsPolicy } from "@bulkhead/core/wlbs";
import { FakeClock } from "./fake-clock.ts";
import { type Random, randomFrom } from "./random.ts";
import { Weather } from "./weather.ts";
import { SimHost } from "./wlbs-host.ts";

/** A policy for hosts `web-1` .. `web-N` with IDs 1 .. N. */
export function labPolicy(hosts: number, change: Partial<WlbsPolicy> = {}): WlbsPolicy {
  const ids = Array.from({ length: hosts }, (_, i) => i + 1);
  return {
    cluster: "web",
    vip: "10.77.0.100",
    vipPrefixLength: 24,
    mode: "multicast",
    clusterMac: "03:bf:0a:4d:00:64",
    heartbeat: { periodMs: 200, tolerance: 4 },
    hosts: ids.map((id) => ({
      node: `web-${id}`,
      hostId: id,
      dedicatedIp: `10.77.0.${id}`,
      prefixLength: 24,
      interface: "eth0",
      initialState: "started",
    })),
    rules: [
      { name: "http", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" },
    ],
    hashSeed: 0x5eed,
    heartbeatGroup: "239.255.0.100",
    heartbeatPort: 2504,
    ...change,
  };
}

export interface Overlap {
  at: number;
  a: string;
  b: string;
  bucket: number;
}

export class WlbsLab {
  readonly seed: number;
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly weather: Weather;
  readonly hosts: SimHost[] = [];
  readonly policy: WlbsPolicy;
  /** Two kernels took new flows of one bucket although the two could hear each other. Must stay empty. */
  readonly overlaps: Overlap[] = [];
  /** The same while the two were cut off from each other: the price of partition policy `serve`. */
  splitOverlaps = 0;
  messages = 0;
  /** What the story did, for reports. */
  readonly notes: string[] = [];
  /** How much of every log a report shows. */
  logLines = 6;

  constructor(options: { seed: number; hosts: number; policy?: Partial<WlbsPolicy> }) {
    this.seed = options.seed;
    this.random = randomFrom(options.seed);
    this.policy = labPolicy(options.hosts, options.policy);
    const { periodMs, tolerance } = this.policy.heartbeat;
    // Two consecutive beats lost is what makes a peer stop to bind our lease (silenceMs of core's timing).
    const deafMs = (tolerance - 1.5) * periodMs - periodMs;
    this.weather = new Weather({ clock: this.clock, random: this.random, deafMs });
    for (const { node, hostId } of this.policy.hosts) this.hosts.push(this.#makeHost(node, hostId));
  }

  #makeHost(node: string, hostId: number): SimHost {
    const host: SimHost = new SimHost(
      { node, hostId },
      {
        clock: this.clock,
        random: this.random,
        send: (message) => this.#broadcast(host, message),
        onKernel: () => this.#check(host),
      },
    );
    return host;
  }

  /** A further machine that is not in the list of hosts, or claims an ID that is taken. */
  addStranger(node: string, hostId: number): SimHost {
    const host = this.#makeHost(node, hostId);
    this.hosts.push(host);
    return host;
  }

  #broadcast(from: SimHost, message: WlbsMessage): void {
    this.messages += 1;
    for (const to of this.hosts) {
      if (to !== from) this.weather.carry(from.node, to.node, () => to.receive(message));
    }
  }

  host(node: string): SimHost {
    const found = this.hosts.find((host) => host.node === node);
    if (!found) throw new Error(`the lab has no host ${node}`);
    return found;
  }

  bootAll(): void {
    for (const host of this.hosts) host.boot(this.policy);
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  /** Lets time pass until `condition`; throws with the seed when that takes longer than `ms`. Returns how long. */
  until(condition: () => boolean, what: string, ms = 10_000): number {
    const start = this.clock.now();
    while (!condition()) {
      if (this.clock.now() - start > ms) throw new Error(this.report(`not within ${ms} ms: ${what}`));
      this.clock.advance(5);
    }
    return this.clock.now() - start;
  }

  /** Does this host take new flows now? */
  serves(host: SimHost): boolean {
    return host.kernel.leaseUntil > this.clock.now();
  }

  /** Owners of every bucket by kernel and lease: how many buckets have 0, 1, 2 ... owners. */
  ownerCounts(): number[] {
    const counts: number[] = [0, 0, 0];
    const serving = this.hosts.filter((host) => this.serves(host));
    for (let bucket = 0; bucket < 4096; bucket += 1) {
      const owners = serving.reduce((sum, host) => sum + (host.kernel.owned[bucket] ?? 0), 0);
      counts[owners] = (counts[owners] ?? 0) + 1;
    }
    return counts;
  }

  /** Every host of `nodes` is converged with exactly these members, and every bucket has exactly one owner. */
  isConverged(nodes: readonly string[]): boolean {
    const all = nodes.every((node) => {
      const { view, phase } = this.host(node).state;
      return view?.order === "stable" && phase === "applied" && view.members.length === nodes.length;
    });
    return all && this.ownerCounts()[1] === 4096;
  }

  #check(changed: SimHost): void {
    if (!this.serves(changed)) return;
    for (const other of this.hosts) {
      if (other === changed || !this.serves(other)) continue;
      const bucket = changed.kernel.owned.findIndex((owned, i) => owned === 1 && other.kernel.owned[i] === 1);
      if (bucket < 0) continue;
      if (this.#areSplit(changed, other)) this.splitOverlaps += 1;
      else this.overlaps.push({ at: this.clock.now(), a: changed.node, b: other.node, bucket });
    }
  }

  /** Do the two serve in epochs between whose members a link was dead in both directions lately? */
  #areSplit(a: SimHost, b: SimHost): boolean {
    const { periodMs, tolerance } = this.policy.heartbeat;
    const recentMs = 3 * periodMs * tolerance;
    const sideOf = (host: SimHost) => {
      const ids = host.state.view?.members.map((member) => member.hostId) ?? [];
      return this.hosts.filter((h) => h === host || ids.includes(h.hostId));
    };
    return sideOf(a).some((x) =>
      sideOf(b).some((y) => x !== y && this.weather.werePartitioned(x.node, y.node, recentMs)),
    );
  }

  /** What a failing test prints: seed first, then what every host says. */
  report(problem: string): string {
    const now = this.clock.now();
    const lines = this.hosts.map((host) => {
      if (!host.alive) return `  ${host.node}: dead`;
      const { state, epoch, cause, ownedCount } = statusOf(host.state, now);
      const recent = host.log.slice(-this.logLines).map((line) => `      ${line}`);
      return [`  ${host.node}: ${state}, epoch ${epoch}, owns ${ownedCount}, ${cause}`, ...recent].join("\n");
    });
    return [`seed ${this.seed}: ${problem} at ${now}`, ...lines, ...this.notes.slice(-this.logLines)].join(
      "\n",
    );
  }
}
