/** The ruleset of one host among 32, as the product renders it, and clients that are none of this host's. */
import {
  type Affinity,
  BUCKET_COUNT,
  bucketOf,
  type Client,
  type DataPlane,
  MARK,
} from "@bulkhead/core/wlbs";
import { renderDataPlane } from "@bulkhead/nft";

export const filterVip = "10.9.0.100";
export const filterMac = "03:bf:0a:09:00:64";
const hashSeed = 0x5eed;
const hostCount = 32;
const hostId = 5;

const ownerOf = (bucket: number): number => 1 + (bucket % hostCount);

/** nft script of a host that owns 128 of 4,096 buckets of TCP port 80. */
export function filterRuleset(affinity: Affinity): string {
  const marks = Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) =>
    ownerOf(bucket) === hostId ? MARK.owned : MARK.foreign,
  );
  const plane: DataPlane = {
    generation: 1,
    cluster: "bench",
    hostId,
    mode: "multicast",
    vips: [{ address: filterVip, prefixLength: 24 }],
    clusterMac: filterMac,
    interface: "eth0",
    dedicatedIp: "10.9.0.5",
    hashSeed,
    rules: [
      {
        name: "web",
        vip: null,
        startPort: 80,
        endPort: 80,
        protocol: "tcp",
        affinity,
        table: 0,
        sticky: null,
      },
    ],
    tables: [{ marks, owners: null, drainers: [] }],
    unruled: "draining",
    answersEcho: true,
    isFront: false,
    peers: [],
    heartbeatGroup: "239.255.9.100",
    heartbeatPort: 7719,
    leaseMs: 60_000,
    longestLeaseMs: 60_000,
  };
  return renderDataPlane(plane);
}

/** Clients whose packets this host drops under every affinity that is measured. The same ones at every call. */
export function foreignClients(count: number): Client[] {
  const clients: Client[] = [];
  for (let number = 1; clients.length < count; number += 1) {
    // A step that shares no factor with the ranges: addresses and ports are spread, and no chance is in it.
    const spread = (number * 2_654_435_761) >>> 0;
    const address = `10.${(spread >>> 16) & 255}.${(spread >>> 8) & 255}.${1 + (spread % 254)}`;
    const client = { address, port: 1024 + (spread % 60_000) };
    const isForeign = (["none", "single"] as const).every(
      (affinity) => ownerOf(bucketOf(affinity, client, hashSeed)) !== hostId,
    );
    if (isForeign) clients.push(client);
  }
  return clients;
}
