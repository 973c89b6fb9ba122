/**
 * Heartbeats on the cluster interface: UDP multicast, one hop, not looped back. What is inside a datagram (and
 * whether it is genuine) is for `@bulkhead/protocol` and the caller to say.
 */
import { createSocket, type Socket, type SocketOptions } from "node:dgram";

export interface BeatOptions {
  /** IPv4 multicast group and port, the same on all hosts of the cluster. */
  group: string;
  port: number;
  /** This host's own (dedicated) address on the cluster interface: chooses the interface, and is the source. */
  address: string;
  /** `from` is the sender's address as the network says it: good for messages, not for trust. */
  onDatagram(bytes: Uint8Array, from: string): void;
  /** The transport is broken (for example the interface is gone) and closed; open another. */
  onBroken(reason: string): void;
}

export interface BeatTransport {
  /** Best effort: a datagram that the network refuses is lost like any other. Throws above `datagramBytesMax`. */
  send(bytes: Uint8Array): void;
  /** The same to another port of the group, where nobody has to listen: a probe of the way there. */
  probe(bytes: Uint8Array, port: number): void;
  /** Datagrams that could not be sent, since opening. */
  readonly lost: number;
  close(): Promise<void>;
}

export type OpenBeats = (options: BeatOptions) => Promise<BeatTransport>;

/** Larger datagrams would be cut into fragments on a link with 1500 bytes. */
export const datagramBytesMax = 1400;

const unreachable = /ENODEV|EADDRNOTAVAIL|ENETUNREACH|ENETDOWN/;

/** Rejects with what to do when the address is not on any interface or the port is taken. */
export const openBeats: OpenBeats = async (options) => {
  // Our addresses are numbers: without this every datagram would wait for a look-up by name.
  const lookup: SocketOptions["lookup"] = (address, _options, done) => done(null, address, 4);
  const socket = createSocket({ type: "udp4", reuseAddr: true, lookup });
  try {
    await bind(socket, options);
    join(socket, options);
  } catch (error) {
    socket.close();
    throw new Error(`Heartbeats cannot start: ${messageOf(error)}. Is ${options.address} on this host?`);
  }
  return new UdpBeats(socket, options);
};

class UdpBeats implements BeatTransport {
  readonly #socket: Socket;
  readonly #options: BeatOptions;
  #isOpen = true;
  lost = 0;

  constructor(socket: Socket, options: BeatOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (bytes, peer) => this.#isOpen && options.onDatagram(bytes, peer.address));
    socket.on("error", (error) => this.#break(error.message));
  }

  send(bytes: Uint8Array): void {
    this.#sendTo(bytes, this.#options.port);
  }

  probe(bytes: Uint8Array, port: number): void {
    this.#sendTo(bytes, port);
  }

  #sendTo(bytes: Uint8Array, port: number): void {
    if (!this.#isOpen) return;
    if (bytes.byteLength > datagramBytesMax) throw new Error(`A heartbeat has ${bytes.byteLength} bytes.`);
    this.#socket.send(bytes, port, this.#options.group, (error) => {
      if (error) this.lost += 1;
      // The interface is gone or down. When it comes back under the same name it is another one to this socket.
      if (error && unreachable.test(error.message)) this.#break(error.message);
    });
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #break(reason: string): void {
    if (!this.#isOpen) return;
    void this.close();
    this.#options.onBroken(reason);
  }
}

/** Bound to the group, not to every address: unicast datagrams to the port do not reach us. */
function bind(socket: Socket, options: BeatOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port: options.port, address: options.group }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function join(socket: Socket, options: BeatOptions): void {
  socket.addMembership(options.group, options.address);
  socket.setMulticastInterface(options.address);
  socket.setMulticastTTL(1);
  socket.setMulticastLoopback(false);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
