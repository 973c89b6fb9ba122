/**
 * Heartbeats out and in: one transport on the address of the policy, opened again when it breaks or when the
 * policy moves it. While it moves, the former one still listens and sends, because peers may not have moved yet.
 */
import type { ClusterHost, WlbsMessage, WlbsPolicy } from "@bulkhead/core/wlbs";
import type { BeatTransport } from "@bulkhead/net";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
import type { BeatCodec, WlbsPorts } from "./ports.ts";

const reopenMs = 1_000;
/** Long enough for a policy to reach every host that can be reached. */
const formerMs = 60_000;
const complainMs = 60_000;

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
  #codec: BeatCodec | null = null;
  #place: Place | null = null;
  #transport: BeatTransport | null = null;
  #former: BeatTransport | null = null;
  #cancelTimer: () => void = () => undefined;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: BeatLaneOptions) {
    this.#options = options;
  }

  /** Uses these keys from now on. */
  useCodec(codec: BeatCodec): void {
    this.#codec = codec;
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
    const datagram = this.#codec.seal(message);
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
    const message = this.#codec?.open(bytes) ?? null;
    if (message) return this.#options.onMessage(message);
    const now = this.#options.clock.monotonicMs();
    if (now - this.#complainedAt < complainMs) return;
    this.#complainedAt = now;
    this.#options.log.warn(
      { from },
      "a heartbeat was not genuine and was dropped; does another cluster use this group, or has a host old keys?",
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
