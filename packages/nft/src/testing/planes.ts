/** Data planes for tests: small ones, with what a test is about in `change`. */
import { BUCKET_COUNT, type DataPlane, MARK, type PlaneRule, type PlaneTable } from "@bulkhead/core/wlbs";

export function planeRule(change: Partial<PlaneRule> = {}): PlaneRule {
  return {
    name: "web",
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "tcp",
    affinity: "none",
    table: 0,
    sticky: null,
    ...change,
  };
}

/** Mark of each bucket by a function; foreign where it answers nothing. */
export function planeTable(markOf: (bucket: number) => number, change: Partial<PlaneTable> = {}): PlaneTable {
  return {
    marks: Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => markOf(bucket)),
    owners: null,
    drainers: [],
    ...change,
  };
}

export const allOwned = (): PlaneTable => planeTable(() => MARK.owned);

/** The host that is member `hostId` of `hosts` which share the buckets in turn. */
export function shareOf(hostId: number, hosts: number): PlaneTable {
  return planeTable((bucket) => (1 + (bucket % hosts) === hostId ? MARK.owned : MARK.foreign));
}

export function samplePlane(change: Partial<DataPlane> = {}): DataPlane {
  return {
    generation: 1,
    cluster: "web",
    hostId: 1,
    mode: "multicast",
    vips: [{ address: "10.9.0.100", prefixLength: 24 }],
    clusterMac: "03:bf:0a:09:00:64",
    interface: "eth0",
    dedicatedIp: "10.9.0.1",
    hashSeed: 0x5eed,
    rules: [planeRule()],
    tables: [allOwned()],
    unruled: "owned",
    answersEcho: true,
    isFront: false,
    peers: [],
    heartbeatGroup: "239.255.0.100",
    heartbeatPort: 2504,
    leaseMs: 0,
    longestLeaseMs: 10_000,
    ...change,
  };
}
