/**
 * Who should own how much of a rule, from what the story did to the cluster and from the contract alone: no look at the
 * machine, no code of `core/wlbs/table` or `membership`.
 */
import type { PortRule } from "@bulkhead/core/wlbs";

/** What the world knows of a host at rest. */
export interface HostTruth {
  hostId: number;
  draining: boolean;
  /** Rules that are not enabled there by command. */
  closed: ReadonlySet<string>;
  /** Rules whose probe fails there. */
  failing: ReadonlySet<string>;
}

export interface Taker {
  hostId: number;
  weight: number;
}

/** Hosts that may take a share of `rule`, with their weight; single mode: the one with the best handling priority. */
export function takersOf(rule: PortRule, hosts: readonly HostTruth[]): Taker[] {
  if (rule.mode === "disabled") return [];
  const weightOf = (id: number) =>
    rule.mode === "single" ? 1 : (rule.weights.find((row) => row.hostId === id)?.weight ?? 0);
  const isOpen = (host: HostTruth) =>
    !host.draining && !host.closed.has(rule.name) && weightOf(host.hostId) > 0;
  const open = hosts.filter(isOpen);
  const healthy = open.filter((host) => rule.probe === null || !host.failing.has(rule.name));
  const willing = healthy.length === 0 && rule.probe?.whenAllFail === "serve" ? open : healthy;
  if (rule.mode === "multiple") return willing.map(({ hostId }) => ({ hostId, weight: weightOf(hostId) }));
  const priorityOf = (id: number) => rule.priorities.find((row) => row.hostId === id)?.priority ?? 99;
  const best = willing.toSorted((a, b) => priorityOf(a.hostId) - priorityOf(b.hostId))[0];
  return best ? [{ hostId: best.hostId, weight: 1 }] : [];
}

/**
 * Why `counts` (buckets per host ID) is not the exact division of `total` by largest remainder; null = it is. Checked
 * by its properties instead of by doing it again: everybody has the whole part of the share or one more, and who has
 * one more has the larger remainder (between equals: the lower host ID).
 */
export function whyNotExact(
  takers: readonly Taker[],
  counts: ReadonlyMap<number, number>,
  total: number,
): string | null {
  const sum = takers.reduce((all, taker) => all + taker.weight, 0);
  const rows = takers.map(({ hostId, weight }) => {
    const whole = Math.floor((total * weight) / sum);
    return { hostId, rest: (total * weight) % sum, extra: (counts.get(hostId) ?? 0) - whole };
  });
  const stranger = [...counts].find(
    ([id, count]) => count > 0 && !takers.some(({ hostId }) => hostId === id),
  );
  if (stranger) return `host ${stranger[0]} has ${stranger[1]} buckets but may take none`;
  const odd = rows.find(({ extra }) => extra !== 0 && extra !== 1);
  if (odd) return `host ${odd.hostId} has ${counts.get(odd.hostId) ?? 0} buckets, ${odd.extra} off its share`;
  for (const lucky of rows.filter(({ extra }) => extra === 1)) {
    const better = rows.find(
      ({ hostId, rest, extra }) =>
        extra === 0 && (rest > lucky.rest || (rest === lucky.rest && hostId < lucky.hostId)),
    );
    if (better) return `host ${lucky.hostId} has the bucket that is due to host ${better.hostId}`;
  }
  return null;
}

/** Buckets that must change hands between two tables with these counts, at the least. */
export function fewestMoves(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  let moves = 0;
  for (const [hostId, count] of after) moves += Math.max(0, count - (before.get(hostId) ?? 0));
  return moves;
}
