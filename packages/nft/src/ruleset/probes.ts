/**
 * Probe frames: datagrams that the agent sends to the heartbeat group leave in frames to the cluster MAC, which shows
 * whether the network carries such frames to every host. Pure.
 */
import { probePort } from "@bulkhead/core/wlbs";
import type { Ground } from "./ground.ts";

const remember = "{ type ipv4_addr; size 64; flags dynamic,timeout; timeout 10s; }";

function matchText({ plane }: Ground): string {
  return `ip daddr ${plane.heartbeatGroup} udp dport ${probePort(plane.heartbeatPort)}`;
}

/** Whether this host can take part. */
export function canProbe({ plane, facts }: Pick<Ground, "plane" | "facts">): boolean {
  return plane.clusterMac !== null && facts.hasEgress;
}

/** Ingress: keeps who was heard, and ends the frame. */
export function probeLines(ground: Ground): string[] {
  if (!canProbe(ground)) return [];
  ground.netdev.set({ kind: "set", name: "reached", spec: remember, elements: null });
  return [`ether daddr ${ground.plane.clusterMac} ${matchText(ground)} update @reached { ip saddr } drop`];
}

/** Egress: readdresses the frame. */
export function probeSendLines(ground: Ground): string[] {
  return canProbe(ground) ? [`${matchText(ground)} ether daddr set ${ground.plane.clusterMac}`] : [];
}
