/**
 * Heartbeats out and in: one transport on the address of the policy, opened again when it breaks or when the
 * policy moves it. While it moves, the former one still listens and sends, because peers may not have moved yet.
 */
import {
  type ClusterHost,
  type Heard,
  type MemberId,
  probePort,
  type WlbsMessage,
  type WlbsPolicy,
} from "@bulkhead/core/wlbs";
import type { BeatTransport, OpenBeats } from "@bulkhead/net";
import { HeartbeatCodec, type HeartbeatKey } from "@bulkhead/protocol";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
import { type Arrival, KeptBeats } from "./kept-beats.ts";
import { Rejections } from "./rejections.ts";
import { SteadyWall } from "./steady-wall.ts";

const reopenMs = 1_000;
/** Long enough for a policy to reach every host that can be reached. */
const formerMs = 60_000;
/** What a probe frame carries; only that it arrives counts. */
const probeBytes = Buffer.from("bulkhead probe");

export interface BeatLaneOptions {
  openBeats: OpenBeats;
  clock: Clock;
  log: Logger;
  machine: ListeningMachine;
  /** All that had arrived when the network was looked at, in the order in which it came, and before it what was kept. */
  onMessages(messages: Heard[]): void;
  /** All that had arrived repeats what was said before, and is kept. */
  onKept(): void;
}

/** What the lane asks the machine. */
export interface ListeningMachine {
  /** Its clock, ms. */
  now(): number;
  /** May beats wait that say nothing new, if they are of members that are with us? */
  mayKeep(): boolean;
  isWithUs(sender: MemberId): boolean;
  /** These were read at that moment, and are kept. */
  keep(senders: readonly MemberId[], readAt: number): void;
}

/** Where beats go: a change of any of these needs another socket. */
interface Place {
  group: string;
  port: number;
  address: string;
  cluster: string;
}

export class BeatLane {
  readonly #options: BeatLaneOptions;
  readonly #wall: SteadyWall;
  #codec: HeartbeatCodec | null = null;
  #place: Place | null = null;
  #transport: BeatTransport | null = null;
  #former: BeatTransport | null = null;
  #cancelTimer: () => void = () => undefined;
  #unread: Omit<Arrival, "readAt">[] = [];
  readonly #kept = new KeptBeats();
  #closed = false;
  /** Our own; 0 = not known yet. */
  #hostId = 0;
  /** Datagrams that were dropped, and why. */
  readonly rejections: Rejections;

  constructor(options: BeatLaneOptions) {
    this.#options = options;
    this.#wall = new SteadyWall(options.clock);
    this.rejections = new Rejections(options.clock, options.log);
  }

  /** Newest first: the first one signs, all are accepted. Throws when one is too short. */
  useKeys(keys: readonly HeartbeatKey[]): void {
    if (this.#codec) this.#codec.setKeys(keys);
    else this.#codec = new HeartbeatCodec({ keys });
  }

  /** Rejects when the host's address is not there; the lane then stays where it was. */
  async moveTo(policy: WlbsPolicy, me: ClusterHost): Promise<void> {
    const { cluster, heartbeatGroup: group, heartbeatPort: port } = policy;
    const place = { group, port, address: me.dedicatedIp, cluster };
    this.#hostId = me.hostId;
    if (this.#transport && JSON.stringify(place) === JSON.stringify(this.#place)) return;
    const transport = await this.#open(place);
    await this.#former?.close();
    const former = this.#transport;
    this.#former = former;
    this.#transport = transport;
    this.#place = place;
    if (former) this.#options.clock.after(formerMs, () => this.#closeFormer(former));
  }

  send(message: WlbsMessage): void {
    if (!this.#codec) return;
    const datagram = this.#codec.encode(message, this.#wall.nowMs());
    this.#transport?.send(datagram);
    this.#former?.send(datagram);
  }

  /** A frame to the cluster MAC (the data plane readdresses it): it shows the others whether such frames reach them. */
  probe(): void {
    if (this.#place) this.#transport?.probe(probeBytes, probePort(this.#place.port));
  }

  /** Do beats wait for the machine? */
  get isKeeping(): boolean {
    return !this.#kept.isEmpty;
  }

  /** Verifies what was kept; nothing is kept then. */
  takeKept(): Heard[] {
    return this.#kept.take().flatMap((arrival) => this.#heardIn(arrival));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await this.#transport?.close();
    await this.#former?.close();
    this.#transport = null;
    this.#former = null;
  }

  #open(place: Place): Promise<BeatTransport> {
    return this.#options.openBeats({
      ...place,
      onDatagram: (bytes, from) => this.#arrive({ bytes, from }),
      onBroken: (reason) => this.#reopen(place, reason),
    });
  }

  /** Datagrams are read when all that wait in the socket have been taken out of it. */
  #arrive(datagram: Omit<Arrival, "readAt">): void {
    this.#unread.push(datagram);
    if (this.#unread.length === 1) setImmediate(() => this.#read());
  }

  #read(): void {
    const readAt = this.#options.machine.now();
    const arrivals = this.#unread.map((datagram) => ({ ...datagram, readAt }));
    this.#unread = [];
    if (this.#closed) return;
    if (this.#keep(arrivals, readAt)) return this.#options.onKept();
    const heard = [...this.takeKept(), ...arrivals.flatMap((arrival) => this.#heardIn(arrival))];
    if (heard.length > 0) this.#options.onMessages(heard);
  }

  /** All or none of them: they keep their order. */
  #keep(arrivals: readonly Arrival[], readAt: number): boolean {
    const { machine } = this.#options;
    if (!machine.mayKeep() || !this.#kept.hasRoomFor(arrivals.length)) return false;
    const senders: MemberId[] = [];
    for (const { bytes } of arrivals) {
      const sender = this.#codec?.repeatedBy(bytes);
      if (!sender || !machine.isWithUs(sender)) return false;
      senders.push(sender);
    }
    this.#kept.add(arrivals);
    machine.keep(senders, readAt);
    return true;
  }

  #heardIn(arrival: Arrival): Heard[] {
    const message = this.#messageIn(arrival);
    return message ? [{ message, heardAt: arrival.readAt }] : [];
  }

  /** Null when it is refused, which is counted. */
  #messageIn({ bytes, from }: Arrival): WlbsMessage | null {
    const verdict = this.#codec?.decode(bytes, this.#wall.nowMs(), this.#hostId);
    if (!verdict) return null;
    if (verdict.ok) this.#wall.heard();
    if (!verdict.ok) {
      // A host that moves sends on both places; the second copy looks like a replay and is none of the admin's worry.
      if (verdict.reason !== "replayed" || !this.#former)
        this.rejections.take(verdict.reason, from, skewText(verdict));
      return null;
    }
    const { cluster } = verdict.message;
    if (cluster === this.#place?.cluster) return verdict.message;
    this.rejections.take("other-cluster", from, `cluster ${cluster}`);
    return null;
  }

  #reopen(place: Place, reason: string): void {
    if (this.#closed || place !== this.#place) return;
    this.#transport = null;
    this.#options.log.warn({ reason, address: place.address }, "heartbeats are broken; opening them again");
    this.#cancelTimer = this.#options.clock.after(reopenMs, () => {
      this.#open(place).then(
        (transport) => this.#adopt(place, transport),
        (error: unknown) => this.#reopen(place, errorText(error)),
      );
    });
  }

  /** The lane may have moved or closed while the socket was being opened. */
  #adopt(place: Place, transport: BeatTransport): void {
    if (this.#closed || place !== this.#place) void transport.close();
    else this.#transport = transport;
  }

  #closeFormer(former: BeatTransport): void {
    if (former === this.#former) this.#former = null;
    void former.close();
  }
}

/** By how much the clock of the sender of a stale heartbeat differs from ours. */
function skewText(verdict: { reason: string; skewMs?: number }): string {
  const { skewMs } = verdict;
  if (skewMs === undefined) return "";
  return `its clock is ${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs > 0 ? "ahead" : "behind"}`;
}
