/**
 * Direct mode on the front host: foreign packets are handed to their owner by MAC, streams of buckets that other hosts
 * drain to these as well; a host without the connection drops them silently. Pure.
 */
import type { PlaneTable } from "@bulkhead/core/wlbs";
import { bucketText, type Flow, type Ground, isNoSyn } from "./ground.ts";
import { declareBuckets } from "./marks.ts";

interface Peer {
  hostId: number;
  mac: string;
}

function otherHosts({ plane }: Ground): Peer[] {
  return plane.peers.filter(({ hostId }) => hostId !== plane.hostId);
}

/** Sets and chains that the front host's flows use. Call it first. */
export function declarePeers(ground: Ground): void {
  const { netdev, plane, facts } = ground;
  const peers = otherHosts(ground);
  const macs = [...new Set(peers.map(({ mac }) => mac))];
  netdev.set({ kind: "set", name: "peers", spec: "{ type ether_addr; }", elements: macs });
  // With the sender's own MAC as source, or the switch would learn the client on the front host's port.
  const addressed = (mac: string): string => `ether saddr set ${facts.mac} ether daddr set ${mac}`;
  for (const { hostId, mac } of peers) {
    const forward = `${addressed(mac)} fwd to "${plane.interface}"`;
    netdev.chain(`to_${hostId}`, [`${netdev.counter("forwarded")} ${forward}`]);
    netdev.chain(`dup_${hostId}`, [`${addressed(mac)} dup to "${plane.interface}"`]);
  }
  netdev.chain(
    "dup_all",
    peers.map(({ hostId }) => `jump dup_${hostId}`),
  );
}

/** Lines for a packet that is not this host's. What comes from another host was handed on already: two fronts must not loop. */
export function handOnLines(ground: Ground, flow: Flow, dropText: string): string[] {
  const index = flow.rule?.table ?? null;
  const owners = index === null ? null : ground.plane.tables[index]?.owners;
  if (!owners || index === null) return [];
  const known = new Set(otherHosts(ground).map(({ hostId }) => hostId));
  const first = owners[0] ?? 0;
  const handedOn = `ether saddr @peers ${dropText}`;
  if (owners.every((owner) => owner === first)) return known.has(first) ? [handedOn, `goto to_${first}`] : [];
  const elements = [...owners].flatMap((owner, bucket) =>
    known.has(owner) ? [`${bucket} : goto to_${owner}`] : [],
  );
  const name = `owners${index}`;
  ground.netdev.set({
    kind: "map",
    name,
    spec: "{ typeof symhash mod 4096 : verdict; size 4096; }",
    elements,
  });
  return [handedOn, `${bucketText(ground, flow)} vmap @${name}`];
}

/** Whether streams of this flow may belong to another host than the owner. */
export function hasDrainers(ground: Ground, flow: Flow): boolean {
  if (!ground.plane.isFront || otherHosts(ground).length === 0) return false;
  return flow.rule ? drainersOf(ground, flow).length > 0 : true;
}

/**
 * Copies streams to those who may hold them. Traffic without a rule may have been any host's, when that was the default
 * host: it goes to all.
 */
export function toDrainersLine(ground: Ground, flow: Flow): string {
  if (!flow.rule) return `${isNoSyn} ether saddr != @peers jump dup_all`;
  const name = `copy_${flow.id}`;
  ground.netdev.chain(
    name,
    drainersOf(ground, flow).map(({ hostId, buckets }) => {
      const set = `drained${flow.rule?.table}by${hostId}`;
      declareBuckets(ground, set, buckets);
      return `${bucketText(ground, flow)} @${set} jump dup_${hostId}`;
    }),
  );
  return `${isNoSyn} ether saddr != @peers jump ${name}`;
}

function drainersOf(ground: Ground, { rule }: Flow): PlaneTable["drainers"] {
  const table = rule && rule.table !== null ? ground.plane.tables[rule.table] : null;
  const known = new Set(otherHosts(ground).map(({ hostId }) => hostId));
  return (table?.drainers ?? []).filter(({ hostId, buckets }) => known.has(hostId) && buckets.length > 0);
}
