/** Buckets as the pictures need them: who owns what, what each host should own, what the last change moved. Pure. */
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";

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
  /** What weights, priorities, probes and commands give it among the hosts that take part. */
  target: number;
}

/** True when somebody listens, and nobody hears this host. */
function isCutOff({ heartbeats }: WlbsCluster, hostId: number): boolean {
  const ears = heartbeats.filter(({ speaker, verdict }) => speaker === hostId && verdict !== "unknown");
  return ears.length > 0 && ears.every(({ verdict }) => verdict === "unheard");
}

/** Hosts that should own buckets: started and not draining, and not given up by their peers. */
export function takesPart(cluster: WlbsCluster, host: WlbsHost): boolean {
  const heard = cluster.hosts.some(
    (peer) => peer.online && peer.status?.members.some((member) => member.hostId === host.hostId),
  );
  const state = host.status?.state;
  if (state === "converging" && isCutOff(cluster, host.hostId)) return false;
  return (state === "converged" || state === "converging") && (host.online || heard);
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

/** Hosts that still hold connections in buckets of the rule that they have lost. */
export function drainingHosts(cluster: WlbsCluster, rule: string): Set<number> {
  const isDraining = ({ online, status }: WlbsHost) =>
    online && (status?.rules ?? []).some(({ name, drainingCount }) => name === rule && drainingCount > 0);
  return new Set(cluster.hosts.filter(isDraining).map(({ hostId }) => hostId));
}
