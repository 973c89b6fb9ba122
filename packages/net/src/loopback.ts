/** A datagram socket that hears what it says itself, and nothing else: what lies between, the packet filter, may have changed it. */
import { createSocket, type Socket } from "node:dgram";

export interface Loopback {
  /** Of 127.0.0.1; where it listens and what it sends to. */
  readonly port: number;
  /** Best effort: what cannot be sent is not heard. */
  send(bytes: Uint8Array): void;
  close(): void;
}

export type OpenLoopback = (hear: (bytes: Uint8Array) => void) => Promise<Loopback>;

/** Keeps no process alive. Rejects where 127.0.0.1 cannot be used. */
export const openLoopback: OpenLoopback = async (hear) => {
  const socket = createSocket("udp4");
  try {
    const port = await connectToItself(socket);
    socket.on("message", hear);
    // A refusal of the kernel is a loss like any other.
    socket.on("error", () => undefined);
    socket.unref();
    return {
      port,
      send: (bytes) => socket.send(bytes, () => undefined),
      close: () => void socket.close(),
    };
  } catch (error) {
    socket.close();
    throw error;
  }
};

/** A connected socket hears its peer only, and needs no look-up of an address at each datagram. */
function connectToItself(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: "127.0.0.1", port: 0 }, () => {
      const { port } = socket.address();
      socket.connect(port, "127.0.0.1", () => {
        socket.off("error", reject);
        resolve(port);
      });
    });
  });
}
