/**
 * The controller's end of the link: takes WebSocket upgrades of one path from any number of HTTP servers.
 * Who the peer is, is settled by the first frames, not here.
 */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { closeReason, frameText, watchSilence } from "./link-socket.ts";
import {
  closeCodes,
  defaultLinkTiming,
  type LinkConnection,
  type LinkServer,
  type LinkServerOptions,
  maxFrameBytes,
} from "./link-types.ts";

/** Above this much unsent text the peer does not read; keeping more would only fill our memory. */
const unsentBytesMax = 4 * maxFrameBytes;

/** Makes the accepting end; nothing happens until `attach` or `handleUpgrade`. */
export function createLinkServer(options: LinkServerOptions): LinkServer {
  return new UpgradeServer(options);
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

class UpgradeServer implements LinkServer {
  readonly #options: LinkServerOptions;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  });
  readonly #attached = new Map<HttpServer, UpgradeListener>();
  readonly #timing: { pingPeriodMs: number; silenceMsMax: number };

  constructor(options: LinkServerOptions) {
    this.#options = options;
    this.#timing = { ...defaultLinkTiming, ...options.timing };
  }

  get connectionCount(): number {
    return this.#sockets.clients.size;
  }

  attach(server: HttpServer): void {
    const listener: UpgradeListener = (request, socket, head) => {
      this.handleUpgrade(request, socket, head);
    };
    this.#attached.set(server, listener);
    server.on("upgrade", listener);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if ((request.url ?? "").split("?")[0] !== this.#options.path) return false;
    if (this.connectionCount >= (this.#options.connectionsMax ?? 1024)) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n");
      return true;
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      watchSilence(accepted, this.#timing);
      this.#options.onConnection(connectionOf(accepted, request.socket.remoteAddress ?? ""));
    });
    return true;
  }

  async close(): Promise<void> {
    for (const [server, listener] of this.#attached) server.off("upgrade", listener);
    this.#attached.clear();
    const ends = [...this.#sockets.clients].map(closeWithin(1_000));
    await Promise.all(ends);
    this.#sockets.close();
  }
}

function closeWithin(limitMs: number): (socket: WebSocket) => Promise<void> {
  return (socket) =>
    new Promise((resolve) => {
      const cut = setTimeout(() => socket.terminate(), limitMs);
      socket.once("close", () => {
        clearTimeout(cut);
        resolve();
      });
      socket.close(closeCodes.restart, "controller restarts");
    });
}

function connectionOf(socket: WebSocket, remoteAddress: string): LinkConnection {
  const connection: LinkConnection = {
    remoteAddress: remoteAddress.replace(/^::ffff:/, ""),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    onFrame: () => undefined,
    onClose: () => undefined,
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      if (socket.bufferedAmount > unsentBytesMax) {
        socket.terminate();
        return false;
      }
      socket.send(text);
      return true;
    },
    close(code, reason) {
      socket.close(code, closeReason(reason));
    },
  };
  socket.on("message", (data, isBinary) => {
    const text = frameText(data, isBinary);
    if (text === null) socket.close(1003, "text frames only");
    else connection.onFrame(text);
  });
  // A broken peer shows as `error` and then `close`; the close handler tells the user, once.
  socket.on("error", () => undefined);
  socket.on("close", (code, reason) => connection.onClose(code, reason.toString()));
  return connection;
}
