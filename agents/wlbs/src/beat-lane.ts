/**
 * Heartbeats out and in: one transport on the address of the policy, opened again when it breaks or when the
 * policy moves it. While it moves, the former one still listens and sends, because peers may not have moved yet.
 */
import type { ClusterHost, WlbsMessage, WlbsPolicy } from "@bulkhead/core/wlbs";
import type { BeatTransport } from "@bulkhead/net";
import { HeartbeatCodec, type HeartbeatKey, type HeartbeatRejection } from "@bulkhead/protocol";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
import type { WlbsPorts } from "./ports.ts";

const reopenMs = 1_000;
/** Long enough for a policy to reach every host that can be reached. */
const formerMs = 60_000;
const complainMs = 60_000;

const cures: Partial<Record<HeartbeatRejection, string>> = {
  "unknown-key": "the sender has a key that this host does not know; apply the fleet file to both",
  "bad-signature": "somebody without the key of this cluster sends on its group; look who it is",
  "wrong-version": "the sender runs another version of the agent; update it",
  stale: "the clocks of the two hosts differ by more than 30 s; set them by NTP",
};

export interface BeatLaneOptions {
  openBeats: WlbsPorts["openBeats"];
  clock: Clock;
  log: Logger;
  onMessage(message: WlbsMessage): void;
}

/** Where beats go: a change of any of these needs another socket. */
interface Place {
  group: string;
  port: number;
  address: string;
}

export class BeatLane {
  readonly #options: BeatLaneOptions;
  #codec: HeartbeatCodec | null = null;
  #place: Place | null = null;
  #transport: BeatTransport | null = null;
  #former: BeatTransport | null = null;
  #cancelTimer: () => void = () => undefined;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: BeatLaneOptions) {
    this.#options = options;
  }

  /** Newest first: the first one signs, all are accepted. Throws when one is too short. */
  useKeys(keys: readonly HeartbeatKey[]): void {
    if (this.#codec) this.#codec.setKeys(keys);
    else this.#codec = new HeartbeatCodec({ keys });
  }

  /** Rejects when the host's address is not there; the lane then stays where it was. */
  async moveTo(policy: WlbsPolicy, me: ClusterHost): Promise<void> {
    const place = { group: policy.heartbeatGroup, port: policy.heartbeatPort, address: me.dedicatedIp };
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
    const datagram = this.#codec.encode(message, this.#options.clock.nowMs());
    this.#transport?.send(datagram);
    this.#former?.send(datagram);
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
      onDatagram: (bytes, from) => this.#hear(bytes, from),
      onBroken: (reason) => this.#reopen(place, reason),
    });
  }

  #hear(bytes: Uint8Array, from: string): void {
    const verdict = this.#codec?.decode(bytes, this.#options.clock.nowMs());
    if (!verdict) return;
    if (verdict.ok) this.#options.onMessage(verdict.message);
    // A host that moves sends on both places; the second copy looks like a replay and is none of the admin's worry.
    else if (verdict.reason !== "replayed") this.#complain(verdict.reason, from);
  }

  #complain(reason: HeartbeatRejection, from: string): void {
    const now = this.#options.clock.monotonicMs();
    if (now - this.#complainedAt < complainMs) return;
    this.#complainedAt = now;
    this.#options.log.warn(
      { from, reason },
      `a heartbeat was dropped: ${cures[reason] ?? "it is none of ours"}`,
    );
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
