/**
 * Heartbeats out and in: one transport on the address of the policy, opened again when it breaks or when the
 * policy moves it. While it moves, the former one still listens and sends, because peers may not have moved yet.
 */
import { type ClusterHost, probePort, type WlbsMessage, type WlbsPolicy } from "@bulkhead/core/wlbs";
import type { BeatTransport, OpenBeats } from "@bulkhead/net";
import { HeartbeatCodec, type HeartbeatKey } from "@bulkhead/protocol";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
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
  /** All that had arrived when the network was looked at, in the order in which it came. */
  onMessages(messages: WlbsMessage[]): void;
}

interface Arrival {
  bytes: Uint8Array;
  from: string;
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
  #unread: Arrival[] = [];
  #closed = false;
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
  #arrive(arrival: Arrival): void {
    this.#unread.push(arrival);
    if (this.#unread.length === 1) setImmediate(() => this.#read());
  }

  #read(): void {
    const arrivals = this.#unread;
    this.#unread = [];
    if (this.#closed) return;
    const messages = arrivals.flatMap((arrival) => this.#messageIn(arrival) ?? []);
    if (messages.length > 0) this.#options.onMessages(messages);
  }

  /** Null when it is refused, which is counted. */
  #messageIn({ bytes, from }: Arrival): WlbsMessage | null {
    const verdict = this.#codec?.decode(bytes, this.#wall.nowMs());
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
