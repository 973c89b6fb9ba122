/** The complete plane under the policy in force, composed from what this host knows. */
import { timing, type WlbsState } from "../convergence/state.ts";
import { planeRuleBase } from "../policy.ts";
import type { OwnerTable } from "../table/distribution.ts";
import {
  type ClusterHost,
  type DataPlane,
  MARK,
  type PlaneRule,
  type PlaneTable,
  type PortRule,
  type WlbsPolicy,
} from "../types.ts";
import type { Marks } from "./marks.ts";
import { keepsSticky } from "./sticky.ts";

/** Direct mode: does this host receive all frames and hand them on? */
function isFront(s: WlbsState): boolean {
  return s.active?.policy.mode === "direct" && s.kernel.isDefaultHost;
}

function answersEcho(s: WlbsState): boolean {
  if (s.stage !== "member") return false;
  return s.active?.policy.filterIcmp ? s.kernel.isDefaultHost : true;
}

/** Direct mode: MACs of all hosts that are known, so that a loss need not change them. By host ID. */
function peersOf(s: WlbsState): DataPlane["peers"] {
  if (s.active?.policy.mode !== "direct") return [];
  const heard = [...s.peers.values()].sort((a, b) => a.heardAt - b.heardAt);
  const macs = new Map(heard.map(({ beat }) => [beat.hostId, beat.mac]));
  if (s.me) macs.set(s.me.hostId, s.link?.mac ?? null);
  return [...macs]
    .flatMap(([hostId, mac]) => (mac ? [{ hostId, mac }] : []))
    .sort((a, b) => a.hostId - b.hostId);
}

function stickyOf(s: WlbsState, rule: PortRule, slot: number): PlaneRule["sticky"] {
  if (!keepsSticky(s, rule)) return null;
  return { timeoutMin: rule.affinityTimeoutMin, elsewhere: s.elsewhere.bySlot[slot] ?? [] };
}

/** Direct mode, front: hosts that keep connections in buckets of these slots, sorted. */
function drainersOf(s: WlbsState, slots: readonly number[]): PlaneTable["drainers"] {
  const mask = slots.reduce((bits, slot) => bits | (1 << slot), 0);
  return [...s.drains]
    .flatMap(([key, announced]) => {
      const hostId = s.peers.get(key)?.beat.hostId;
      if (hostId === undefined || !announced.whole || announced.whole.slotsDigest !== s.active?.slots)
        return [];
      const buckets = new Set<number>();
      for (const page of announced.whole.pages) {
        if ((page.slots & mask) === 0) continue;
        page.bitmap.forEach((byte, i) => {
          for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) buckets.add(8 * i + bit);
        });
      }
      const sorted = [...buckets].sort((a, b) => a - b);
      return sorted.length === 0 ? [] : [{ hostId, buckets: sorted }];
    })
    .sort((a, b) => a.hostId - b.hostId);
}

interface TableGroup {
  marks: Marks;
  owners: OwnerTable | null;
  slots: number[];
}

/** Slots with the same marks, and on the front the same owners, share a table. */
function groupSlots(s: WlbsState): TableGroup[] {
  const groups: TableGroup[] = [];
  for (const [slot, marks] of s.kernel.slots.entries()) {
    if (!marks) continue;
    const owners = isFront(s) ? (s.kernel.owners?.slots[slot] ?? null) : null;
    const group = groups.find((other) => other.marks === marks && other.owners === owners);
    if (group) group.slots.push(slot);
    else groups.push({ marks, owners, slots: [slot] });
  }
  return groups;
}

function unruledOf(s: WlbsState): DataPlane["unruled"] {
  if (s.kernel.isDefaultHost) return "owned";
  return s.stage === "stopped" || s.stage === "leaving" ? "foreign" : "draining";
}

/** What of the plane is not marks, owners or default host, as text: when it changes, an install is due. */
export function extrasOf(s: WlbsState): string {
  const keeping = (s.active?.policy.rules ?? []).map((rule) => (keepsSticky(s, rule) ? 1 : 0)).join("");
  // Those of a lost host are kept until it is forgotten: a takeover is no time for another install.
  const drains = isFront(s) ? [...s.drains].map(([key, { whole }]) => [key, whole?.version]) : [];
  const peers = isFront(s) ? peersOf(s) : [];
  return JSON.stringify([answersEcho(s), peers, keeping, s.elsewhere.version, drains]);
}

export function planeOf(
  s: WlbsState,
  options: { active: WlbsPolicy; me: ClusterHost; now: number },
): DataPlane {
  const { active, me, now } = options;
  const groups = groupSlots(s);
  const tableOf = (slot: number): number | null => {
    const index = groups.findIndex(({ slots }) => slots.includes(slot));
    return index < 0 ? null : index;
  };
  return {
    generation: s.kernel.asked,
    cluster: active.cluster,
    hostId: me.hostId,
    mode: active.mode,
    vips: active.vips,
    clusterMac: active.clusterMac,
    interface: me.interface,
    dedicatedIp: me.dedicatedIp,
    hashSeed: active.hashSeed,
    rules: active.rules.map((rule, slot) => ({
      ...planeRuleBase(rule),
      table: tableOf(slot),
      sticky: stickyOf(s, rule, slot),
    })),
    tables: groups.map(({ marks, owners, slots }) => ({
      marks: marks.marks,
      owners: owners?.owners ?? null,
      drainers: isFront(s) ? drainersOf(s, slots) : [],
    })),
    unruled: unruledOf(s),
    answersEcho: answersEcho(s),
    isFront: isFront(s),
    peers: peersOf(s),
    heartbeatGroup: active.heartbeatGroup,
    heartbeatPort: active.heartbeatPort,
    leaseMs: Math.max(0, s.kernel.leaseUntil - now),
    longestLeaseMs: timing(s).leaseMs,
  };
}

/** Bitmap of the draining buckets, lowest bit first; empty when there are none. */
export function drainingBitmap({ marks, draining }: Marks): Uint8Array {
  const bitmap = new Uint8Array(draining === 0 ? 0 : marks.length / 8);
  for (let bucket = 0; draining > 0 && bucket < marks.length; bucket += 1) {
    if (marks[bucket] !== MARK.draining) continue;
    bitmap[bucket >> 3] = (bitmap[bucket >> 3] ?? 0) | (1 << (bucket & 7));
  }
  return bitmap;
}
