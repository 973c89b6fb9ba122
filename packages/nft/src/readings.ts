/** Reads what a running `nft -i` prints: counters, the lease, and the sets that the kernel fills. Pure. */
import { type DataPlane, type FlowCount, noFlow, type TrafficCounters } from "@bulkhead/core/wlbs";
import { isIpv6 } from "./ruleset/facts.ts";
import {
  addressesOf,
  bucketGroupCount,
  type CountKind,
  type Flow,
  flowKey,
  flowsOf,
  vipCounter,
} from "./ruleset/ground.ts";
import { tableName } from "./ruleset/table.ts";

export interface Count {
  packets: number;
  bytes: number;
}

/** Named counters of our tables in the answer to `list counters`, which has those of everybody. */
export function readCounters(text: string): Map<string, Count> {
  const found = new Map<string, Count>();
  for (const [, table, body = ""] of text.matchAll(/^table \S+ (\S+) \{\n([\s\S]*?)^\}/gm)) {
    if (table !== tableName) continue;
    for (const [, name = "", packets, bytes] of body.matchAll(
      /counter (\S+) \{\s+packets (\d+) bytes (\d+)/g,
    )) {
      found.set(name, { packets: Number(packets), bytes: Number(bytes) });
    }
  }
  return found;
}

/**
 * What the counters mean for this plane. Ingress counts before conntrack has looked: strays are taken off again, and a
 * packet under way between the two readings never makes a sum negative.
 */
export function trafficOf(
  plane: DataPlane,
  counts: ReadonlyMap<string, Count>,
): Omit<TrafficCounters, "leaseRenewals"> {
  const flows = flowsOf(plane).map((flow) => ({
    flow,
    count: flowCount(counts, (kind) => `${kind}_${flowKey(flow)}`),
  }));
  const sumWhere = (holds: (flow: Flow) => boolean): FlowCount =>
    flows.filter(({ flow }) => holds(flow)).reduce((sum, { count }) => added(sum, count), { ...noFlow });
  const packets = (name: string): number => counts.get(name)?.packets ?? 0;
  return {
    ...sumWhere(() => true),
    unleasedPackets: packets("unleased"),
    strayPackets: packets("stray"),
    blockedPackets: packets("blocked"),
    fragmentPackets: packets("fragments"),
    forwardedPackets: packets("forwarded"),
    rules: plane.rules.map(({ name }) => ({ name, ...sumWhere(({ rule }) => rule?.name === name) })),
    vips: plane.vips.map(({ address }) => {
      const ofIpv6 = isIpv6(address);
      const isOnly = addressesOf(plane, ofIpv6).length === 1;
      const count = isOnly
        ? sumWhere((flow) => flow.isIpv6 === ofIpv6)
        : flowCount(counts, (kind) => vipCounter(kind, address));
      return { address, ...count };
    }),
    bucketGroups: Array.from({ length: bucketGroupCount }, (_, group) => packets(`group${group}`)),
  };
}

function flowCount(counts: ReadonlyMap<string, Count>, nameOf: (kind: CountKind) => string): FlowCount {
  const at = (kind: CountKind): Count => counts.get(nameOf(kind)) ?? { packets: 0, bytes: 0 };
  const less = (name: keyof Count, kind: CountKind, stray: CountKind): number =>
    Math.max(0, at(kind)[name] - at(stray)[name]);
  return {
    acceptedPackets: less("packets", "a", "sa"),
    acceptedBytes: less("bytes", "a", "sa"),
    drainedPackets: less("packets", "d", "sd"),
    drainedBytes: less("bytes", "d", "sd"),
    foreignPackets: at("f").packets,
    foreignBytes: at("f").bytes,
  };
}

function added(a: FlowCount, b: FlowCount): FlowCount {
  return {
    acceptedPackets: a.acceptedPackets + b.acceptedPackets,
    acceptedBytes: a.acceptedBytes + b.acceptedBytes,
    drainedPackets: a.drainedPackets + b.drainedPackets,
    drainedBytes: a.drainedBytes + b.drainedBytes,
    foreignPackets: a.foreignPackets + b.foreignPackets,
    foreignBytes: a.foreignBytes + b.foreignBytes,
  };
}

/** Milliseconds the lease still runs, from `list set`; 0 when it has run out or there is no set. */
export function readLeaseLeftMs(text: string): number {
  const left = /\bset leased \{[^{}]*elements = \{[^}]*expires ((?:\d+(?:ms|[dhms]))+)/.exec(text)?.[1];
  if (left === undefined) return 0;
  const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const parts = left.matchAll(/(\d+)(ms|[dhms])/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
}

/** Keys of the elements of a set, from several answers to `list set`; the parts of a joined key as they stand there. */
export function readKeys(text: string, set: string): string[][] {
  const listed = new RegExp(`\\bset ${set} \\{[^{}]*elements = \\{([^}]*)\\}`).exec(text);
  const elements = listed?.[1] ?? "";
  return elements
    .split(",")
    .map(
      (element) =>
        element
          .trim()
          .split(/ (?:timeout|expires|comment) /)[0]
          ?.trim() ?? "",
    )
    .filter((key) => key !== "")
    .map((key) => key.split(" . "));
}

/** Comments of the elements of one set. */
export function readComments(text: string): string[] {
  return [...text.matchAll(/comment "([^"]*)"/g)].map(([, comment = ""]) => comment);
}
