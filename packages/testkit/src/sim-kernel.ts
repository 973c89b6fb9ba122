/**
 * A model of one host's packet filter: what DOMAIN and the ruleset say that a plane means, written without a look at
 * how the machine makes planes. It lives on when the agent dies, and its lease runs out by itself.
 */
import { type Affinity, bucketOf, type DataPlane, type PlaneRule } from "@bulkhead/core/wlbs";

/** MARK of core, repeated here: a checker must not learn the meaning from what it checks. */
const FOREIGN = 0;
const OWNED = 1;

/** A TCP connection between a client and a virtual IP. Addresses are 32 bit numbers. */
export interface Flow {
  id: number;
  vip: string;
  port: number;
  client: number;
  clientPort: number;
}

/** What a client counts as under an affinity: itself, or its /24. */
export function clientKey(affinity: Affinity, client: number): number {
  return affinity === "network" ? (client & 0xffffff00) >>> 0 : client;
}

/** Bucket of a flow: the one thing that hosts, kernels and this model must share. It is held against real kernels in core. */
export function simBucket(affinity: Affinity, flow: Flow, seed: number): number {
  return bucketOf(affinity, { address: dotted(flow.client), port: flow.clientPort }, seed);
}

/** 32 bit number to dotted text. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

function covers(rule: PlaneRule, flow: Flow): boolean {
  if (rule.protocol === "udp" || (rule.vip !== null && rule.vip !== flow.vip)) return false;
  return rule.startPort <= flow.port && flow.port <= rule.endPort;
}

/** Another host remembers this client, though its bucket is kept here: new connections of it are not ours. */
function isElsewhere(rule: PlaneRule, flow: Flow): boolean {
  return rule.sticky?.elsewhere.includes(dotted(clientKey(rule.affinity, flow.client))) ?? false;
}

export class SimKernel {
  plane: DataPlane | null = null;
  /** True time; new flows are dropped from then on. */
  leaseUntil = 0;
  readonly flows = new Map<number, Flow>();
  /** Extended affinity: clients seen, by rule name; the value is the true time of the last packet. */
  readonly seen = new Map<string, Map<number, number>>();

  /** The rule that a plane has for a flow; null = none covers it. */
  ruleOf(flow: Flow): PlaneRule | null {
    return this.plane?.rules.find((rule) => covers(rule, flow)) ?? null;
  }

  markOf(rule: PlaneRule, flow: Flow): number {
    const table = rule.table === null ? undefined : this.plane?.tables[rule.table];
    return table?.marks[simBucket(rule.affinity, flow, this.plane?.hashSeed ?? 0)] ?? 0;
  }

  /** Would a SYN of this flow be answered here now? */
  takesNew(flow: Flow, now: number): boolean {
    if (!this.plane || this.leaseUntil <= now) return false;
    if (!this.plane.vips.some((vip) => vip.address === flow.vip)) return false;
    const rule = this.ruleOf(flow);
    if (!rule) return this.plane.unruled === "owned";
    if (rule.table === null) return false;
    const mark = this.markOf(rule, flow);
    if (mark !== FOREIGN && isElsewhere(rule, flow)) return false;
    return mark === OWNED || this.isSeen(rule, flow, now);
  }

  isSeen(rule: PlaneRule, flow: Flow, now: number): boolean {
    return rule.sticky !== null && now - this.lastSeen(rule, flow) < rule.sticky.timeoutMin * 60_000;
  }

  /** When a client of this rule was last answered here; minus infinity = never. */
  lastSeen(rule: { name: string; affinity: Affinity }, flow: Flow): number {
    return this.seen.get(rule.name)?.get(clientKey(rule.affinity, flow.client)) ?? Number.NEGATIVE_INFINITY;
  }

  /** Would a later packet of this connection of ours reach its socket? The lease does not matter to it. */
  keeps(flow: Flow, now: number): boolean {
    if (!this.plane || !this.plane.vips.some((vip) => vip.address === flow.vip)) return false;
    const rule = this.ruleOf(flow);
    if (!rule) return this.plane.unruled !== "foreign";
    if (rule.table === null) return false;
    return this.markOf(rule, flow) !== FOREIGN || this.isSeen(rule, flow, now);
  }

  /** A SYN that was answered. */
  open(flow: Flow, now: number): void {
    this.flows.set(flow.id, flow);
    const rule = this.ruleOf(flow);
    if (!rule?.sticky) return;
    const seen = this.seen.get(rule.name) ?? new Map<number, number>();
    seen.set(clientKey(rule.affinity, flow.client), now);
    this.seen.set(rule.name, seen);
  }

  /** Brings a plane about (null = takes it away) and returns the connections that this cut. */
  set(plane: DataPlane | null, options: { leaseUntil: number; now: number }): Flow[] {
    this.plane = plane;
    this.leaseUntil = plane ? options.leaseUntil : 0;
    const cut = [...this.flows.values()].filter((flow) => !this.keeps(flow, options.now));
    for (const flow of cut) this.flows.delete(flow.id);
    const sticky = new Set(
      (plane?.rules ?? []).filter((rule) => rule.sticky !== null).map(({ name }) => name),
    );
    for (const name of this.seen.keys()) if (!sticky.has(name)) this.seen.delete(name);
    return cut;
  }

  /** What the shell tells the machine: the connections by rule, with the buckets they fall into. */
  count(): { open: number; rules: { name: string; open: number; buckets: number[] }[] } {
    const rules = (this.plane?.rules ?? []).map((rule) => {
      const flows = [...this.flows.values()].filter((flow) => this.ruleOf(flow) === rule);
      const seed = this.plane?.hashSeed ?? 0;
      const buckets = [...new Set(flows.map((flow) => simBucket(rule.affinity, flow, seed)))];
      return { name: rule.name, open: flows.length, buckets: buckets.sort((a, b) => a - b) };
    });
    return { open: this.flows.size, rules };
  }

  /** Clients within the timeout of every rule that has one. */
  sticky(now: number): { name: string; clients: string[] }[] {
    const rules = (this.plane?.rules ?? []).filter((rule) => rule.sticky !== null);
    return rules.map((rule) => {
      const timeoutMs = (rule.sticky?.timeoutMin ?? 0) * 60_000;
      const alive = [...(this.seen.get(rule.name) ?? [])].filter(([, last]) => now - last < timeoutMs);
      return { name: rule.name, clients: alive.map(([client]) => dotted(client)).sort() };
    });
  }

  /** Does it take any new flows at all now? */
  serves(now: number): boolean {
    return this.plane !== null && this.leaseUntil > now;
  }
}
