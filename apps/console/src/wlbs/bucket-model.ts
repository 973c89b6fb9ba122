/** Buckets as the pictures need them: who owns what, what each host should own, what the last change moved. Pure. */
import type { WlbsCluster } from "../states/wlbs-states.ts";

export const bucketCount = 4096;

const runPattern = /^(\d{1,2})x(\d{1,4})$/;

/**
 * Owners from the run-length text of the snapshot ("1x1365,2x1365,3x1366"), 0 = nobody.
 * @returns null when the text is not a whole table: a picture of a broken table would be a lie.
 */
export function ownersOf(table: string | null): Uint8Array | null {
  if (table === null) return null;
  const owners = new Uint8Array(bucketCount);
  let at = 0;
  for (const run of table.split(",")) {
    const match = runPattern.exec(run);
    if (!match) return null;
    const end = at + Number(match[2]);
    if (end > bucketCount) return null;
    owners.fill(Number(match[1]), at, end);
    at = end;
  }
  return at === bucketCount ? owners : null;
}

/** Buckets per host ID. */
export function ownedCounts(owners: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

export interface Share {
  hostId: number;
  node: string;
  owned: number;
  /** What an equal load among the hosts that take part gives it. */
  target: number;
}

/** Hosts that should own buckets: started and not draining, and not given up by their peers. */
function takesPart(cluster: WlbsCluster, host: WlbsCluster["hosts"][number]): boolean {
  const heard = cluster.hosts.some(
    (peer) => peer.online && peer.status?.members.some((member) => member.hostId === host.hostId),
  );
  const state = host.status?.state;
  return (state === "converged" || state === "converging") && (host.online || heard);
}

/** Share of every host with its target. Equal load, largest remainder, ties to the lower ID (DOMAIN 1.3). */
export function sharesOf(cluster: WlbsCluster): Share[] {
  const owners = ownersOf(cluster.table);
  const counts = owners ? ownedCounts(owners) : new Map<number, number>();
  const part = cluster.hosts
    .filter((host) => takesPart(cluster, host))
    .map((host) => host.hostId)
    .sort((a, b) => a - b);
  const base = part.length === 0 ? 0 : Math.floor(bucketCount / part.length);
  const rest = part.length === 0 ? 0 : bucketCount % part.length;
  return cluster.hosts.map((host) => {
    const rank = part.indexOf(host.hostId);
    return {
      hostId: host.hostId,
      node: host.node,
      owned: counts.get(host.hostId) ?? 0,
      target: rank < 0 ? 0 : base + (rank < rest ? 1 : 0),
    };
  });
}

/** Buckets whose owner the change gave to another host: index to former owner. */
export function movedBuckets(before: Uint8Array, after: Uint8Array): Map<number, number> {
  const moved = new Map<number, number>();
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const was = before[bucket] ?? 0;
    if (was !== after[bucket]) moved.set(bucket, was);
  }
  return moved;
}

/** Hosts that still hold connections in buckets they have lost. */
export function drainingHosts(cluster: WlbsCluster): Set<number> {
  return new Set(
    cluster.hosts
      .filter((host) => host.online && (host.status?.drainingCount ?? 0) > 0)
      .map((host) => host.hostId),
  );
}
