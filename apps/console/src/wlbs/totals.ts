/** Sums over the hosts of a cluster. A host without news counts as nothing, and all without news as unknown. Pure. */
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";

function sum(cluster: WlbsCluster, read: (host: WlbsHost) => number | undefined): number | null {
  const known = cluster.hosts
    .flatMap((host) => (host.online ? [read(host)] : []))
    .filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Accepted packets per second, 5 s mean. */
export const packetsPerS = (cluster: WlbsCluster) => sum(cluster, (host) => host.rates?.acceptedPacketsPerS);
/** Accepted bytes per second, 5 s mean. */
export const bytesPerS = (cluster: WlbsCluster) => sum(cluster, (host) => host.rates?.acceptedBytesPerS);
/** Open connections. */
export const openConnections = (cluster: WlbsCluster) => sum(cluster, (host) => host.status?.openConnections);
