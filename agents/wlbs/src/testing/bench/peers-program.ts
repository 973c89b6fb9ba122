/**
 * Program of the bench: the other 31 hosts of a full cluster in one process. They speak the protocol with signed beats and
 * follow every epoch that host 1, the agent that is measured, proposes; they decide nothing and have no kernels. What
 * reaches that agent is what a full cluster would send it.
 */
import {
  type Beat,
  type EpochView,
  type Phase,
  type WlbsMessage,
  type WlbsPolicy,
} from "@bulkhead/core/wlbs";
import { type BeatTransport, openBeats } from "@bulkhead/net";
import { HeartbeatCodec } from "@bulkhead/protocol";

const [policyText = ""] = process.argv.slice(2);
const policy = JSON.parse(policyText) as WlbsPolicy;
const incarnation = Date.now();
const codec = new HeartbeatCodec({ keys: [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }] });
interface Peer {
  node: string;
  hostId: number;
  /** Number of the last beat. */
  seq: number;
}

/** Everybody but host 1. */
const peers: Peer[] = policy.hosts.slice(1).map(({ node, hostId }) => ({ node, hostId, seq: 0 }));

/** What host 1 said last. */
let leader: Beat | null = null;
let transport: BeatTransport | null = null;

function phaseOf({ order }: EpochView): Phase {
  return order === "release" ? "released" : "applied";
}

/** As host 1 beats, but for what is the sender's own: so it holds everything that a beat of today must hold. */
function beatOf({ node, hostId, seq }: Peer, leading: Beat): Beat {
  const view = leading.view?.members.some((member) => member.hostId === hostId) ? leading.view : null;
  const fellows = peers.filter((peer) => peer.hostId !== hostId);
  return {
    ...leading,
    node,
    hostId,
    incarnation,
    seq,
    mac: `02:00:00:00:00:${hostId.toString(16).padStart(2, "0")}`,
    stage: view ? "member" : "joining",
    ready: true,
    view,
    phase: view && phaseOf(view),
    acks: [
      { hostId: leading.hostId, incarnation: leading.incarnation, seq: leading.seq },
      ...fellows.map((peer) => ({ hostId: peer.hostId, incarnation, seq: peer.seq })),
    ],
  };
}

/** Spread over the period, as the beats of machines are that know nothing of each other. */
function beatAll(overMs: number): void {
  for (const [index, peer] of peers.entries()) {
    if (overMs === 0) send(peer);
    else setTimeout(() => send(peer), (index * overMs) / peers.length);
  }
}

function send(peer: Peer): void {
  if (!leader) return;
  peer.seq += 1;
  transport?.send(codec.encode(beatOf(peer, leader), Date.now()));
}

function heed(message: WlbsMessage): void {
  if (message.kind !== "beat" || message.hostId !== policy.hosts[0]?.hostId) return;
  const before = leader?.view;
  leader = message;
  const isNews =
    before?.order !== message.view?.order || before?.epoch.counter !== message.view?.epoch.counter;
  if (isNews) beatAll(0);
}

const { heartbeatGroup: group, heartbeatPort: port, heartbeat } = policy;
transport = await openBeats({
  group,
  port,
  address: policy.hosts[1]?.dedicatedIp ?? "",
  onDatagram(bytes) {
    const verdict = codec.decode(bytes, Date.now());
    if (verdict.ok) heed(verdict.message);
  },
  onBroken(reason) {
    throw new Error(reason);
  },
});
setInterval(() => beatAll(heartbeat.periodMs * 0.9), heartbeat.periodMs);
process.stdout.write('{"event":"ready"}\n');
