/** Failovers as rows and as spans of ownership: what began them, how long they took, who owned what when. Pure. */
import type { FailoverCause, FailoverRecord } from "@bulkhead/core/mscs";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import type { MscsCluster } from "../../states/mscs-states.ts";

export const causeWords: Record<FailoverCause, string> = {
  "node-lost": "Node lost",
  "node-fenced": "Node fenced",
  "resource-failed": "Resource failed",
  move: "Move",
  pause: "Pause",
  failback: "Failback",
  "quorum-lost": "Quorum lost",
  "offline-ordered": "Taken offline",
  "online-ordered": "Brought online",
  limit: "Failover limit",
  "pair-start": "Pair started",
  policy: "Policy changed",
  unknown: "Unknown cause",
};

/** Causes that nobody asked for. */
const unasked: readonly FailoverCause[] = [
  "node-lost",
  "node-fenced",
  "resource-failed",
  "quorum-lost",
  "limit",
  "unknown",
];

export const isUnasked = (cause: FailoverCause) => unasked.includes(cause);

export const outcomeWords: Record<FailoverRecord["outcome"], { role: StateRole; word: string }> = {
  running: { role: "active", word: "Going on" },
  online: { role: "ok", word: "Online" },
  offline: { role: "off", word: "Offline" },
  failed: { role: "bad", word: "Failed" },
};

export const tookMs = ({ startedAt, endedAt }: FailoverRecord) =>
  endedAt === null ? null : endedAt - startedAt;

/** Where it came from and went: "db-2" to "nowhere"; while it goes on, nobody knows yet that it ends nowhere. */
export function wayOf({ from, to, endedAt }: Pick<FailoverRecord, "from" | "to" | "endedAt">) {
  return { from: from ?? "nowhere", to: to ?? (endedAt === null ? "not known yet" : "nowhere") };
}

/** Stored rows and those of the live picture as one list, newest first; the live ones are fresher. */
export function mergedHistory(
  live: readonly FailoverRecord[],
  stored: readonly FailoverRecord[],
): FailoverRecord[] {
  const byId = new Map([...stored, ...live].map((record) => [record.id, record]));
  return [...byId.values()].sort((a, b) => b.startedAt - a.startedAt);
}

export interface Span {
  group: string;
  /** Null = ran nowhere. */
  node: string | null;
  /** `moving`: between two owners. */
  kind: "owned" | "moving" | "nowhere";
  from: number;
  to: number;
  /** What ended or moved it; null for a calm time. */
  record: FailoverRecord | null;
}

/**
 * Who owned each group between two instants. Told by the records; before the first one the group was where that took it
 * from, after the last one where that brought it, which the live picture corrects where it knows better.
 */
export function ownershipSpans(
  cluster: MscsCluster,
  records: readonly FailoverRecord[],
  [from, to]: readonly [number, number],
): Span[] {
  const names = new Set([...cluster.groups.map(({ name }) => name), ...records.map(({ group }) => group)]);
  const told: Told = { cluster, records, now: to };
  return [...names].flatMap((group) => groupSpans(group, told)).flatMap((span) => clipped(span, from, to));
}

interface Told {
  cluster: MscsCluster;
  records: readonly FailoverRecord[];
  now: number;
}

function groupSpans(group: string, { cluster, records, now }: Told): Span[] {
  const mine = records
    .filter((record) => record.group === group)
    .toSorted((a, b) => a.startedAt - b.startedAt);
  const spans: Span[] = [];
  let since = Number.NEGATIVE_INFINITY;
  let owner = mine[0] ? mine[0].from : liveOwner(cluster, group);
  for (const record of mine) {
    spans.push(calmSpan(group, owner, [since, record.startedAt]));
    const end = record.endedAt ?? now;
    spans.push({
      group,
      node: record.to ?? record.from,
      kind: "moving",
      from: record.startedAt,
      to: end,
      record,
    });
    owner = record.to;
    since = end;
  }
  const last = mine.at(-1);
  if (last?.endedAt !== null) spans.push(calmSpan(group, liveOwner(cluster, group) ?? owner, [since, now]));
  return spans.filter((span) => span.to > span.from || span.kind === "moving");
}

function calmSpan(group: string, node: string | null, [from, to]: readonly [number, number]): Span {
  return { group, node, kind: node === null ? "nowhere" : "owned", from, to, record: null };
}

function liveOwner({ view }: MscsCluster, group: string): string | null {
  if (!view || view.engineBlind) return null;
  return view.groups.find(({ name }) => name === group)?.owner ?? null;
}

function clipped(span: Span, from: number, to: number): Span[] {
  if (span.to < from || span.from > to) return [];
  return [{ ...span, from: Math.max(from, span.from), to: Math.min(to, span.to) }];
}

/** Medians and counts over rows: "12 failovers, 3 that nobody asked for; median 0.9 s". */
export function summaryOf(records: readonly FailoverRecord[]): {
  all: number;
  unasked: number;
  medianMs: number | null;
} {
  const took = records
    .flatMap((record) => (record.outcome === "online" ? (tookMs(record) ?? []) : []))
    .sort((a, b) => a - b);
  return {
    all: records.length,
    unasked: records.filter(({ cause }) => isUnasked(cause)).length,
    medianMs: took[Math.floor((took.length - 1) / 2)] ?? null,
  };
}

/** How far back the chart may look. */
export const windows = [
  { ms: 3_600_000, label: "hour" },
  { ms: 86_400_000, label: "day" },
  { ms: 7 * 86_400_000, label: "week" },
  { ms: 30 * 86_400_000, label: "30 days" },
] as const;

/** The shortest window with a change of owner in it, so that what has just happened has room; a day when there is none. */
export function windowFor(records: readonly Pick<FailoverRecord, "startedAt">[], now: number): number {
  const last = Math.max(...records.map(({ startedAt }) => startedAt));
  return windows.find(({ ms }) => last >= now - ms)?.ms ?? 86_400_000;
}
