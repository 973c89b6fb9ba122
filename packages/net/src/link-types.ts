/**
 * The two ends of the agent link as their users see them. A link carries text frames; what the text means
 * is the business of `@bulkhead/protocol`. The real ends are in `link-client.ts` and `link-server.ts`, the
 * ones for unit tests in `link-fake.ts`.
 */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A frame larger than this closes the link on either end (close code 1009). */
export const maxFrameBytes = 1024 * 1024;

/** WebSocket close codes that both ends use; 4000-4999 are free for applications (RFC 6455, 7.4.2). */
export const closeCodes = {
  goingAway: 1001,
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  tryLater: 1013,
} as const;

export interface LinkClientOptions {
  /** `ws://` or `wss://` addresses with path, tried in turn. At least one. */
  urls: readonly string[];
  /** Called when the WebSocket is open; the far end speaks first (challenge). */
  onOpen(): void;
  onFrame(text: string): void;
  /** Called once for every end of an open link and for every failed attempt; the client dials again by itself. */
  onClose(reason: string): void;
  /** Dial this local socket instead of TCP; the path and host of the URL are still sent. */
  socketPath?: string;
  /** Extra trusted authorities (PEM) for `wss:`. */
  authorities?: readonly string[];
  timing?: Partial<LinkTiming>;
  /** 0 <= x < 1; for tests. */
  random?: () => number;
}

/** Defaults in `defaultLinkTiming`. */
export interface LinkTiming {
  /** First wait before dialling again; doubles up to the maximum, with jitter. */
  backoffMs: number;
  backoffMsMax: number;
  /** A link that stayed open this long counts as good: the next wait starts from `backoffMs` again. */
  stableMs: number;
  handshakeMs: number;
  pingPeriodMs: number;
  /** No frame, ping or pong for this long: the link is dead and is cut. */
  silenceMsMax: number;
}

export const defaultLinkTiming: LinkTiming = {
  backoffMs: 250,
  backoffMsMax: 10_000,
  stableMs: 5_000,
  handshakeMs: 5_000,
  pingPeriodMs: 5_000,
  silenceMsMax: 15_000,
};

export interface LinkClient {
  /** False when the link is not open: the frame is not kept for later. */
  send(text: string): boolean;
  readonly isOpen: boolean;
  /** The address in use or being tried. */
  readonly url: string;
  /** Cuts the present link; the client dials again (for example after a bad frame). */
  drop(code: number, reason: string): void;
  /** Ends for good; no callback after it resolves. */
  close(): Promise<void>;
}

/** One accepted link on the controller. Set the two callbacks inside `onConnection`, synchronously. */
export interface LinkConnection {
  /** Address of the peer without port; empty for a local socket. */
  readonly remoteAddress: string;
  readonly isOpen: boolean;
  onFrame: (text: string) => void;
  /** Exactly once. */
  onClose: (code: number, reason: string) => void;
  /** False when closed, or when the peer does not drain its socket (the link is then cut). */
  send(text: string): boolean;
  close(code: number, reason: string): void;
}

export interface LinkServerOptions {
  /** For example `/agent/link`; other paths are left to other listeners. */
  path: string;
  onConnection(connection: LinkConnection): void;
  /** Default 1024; further ones are refused with 503. */
  connectionsMax?: number;
  timing?: Partial<Pick<LinkTiming, "pingPeriodMs" | "silenceMsMax">>;
}

export interface LinkServer {
  /** Listens to the `upgrade` events of this HTTP server; several servers (TCP and local socket) may be attached. */
  attach(server: HttpServer): void;
  /** For a shell that routes upgrades itself. False: not our path, nothing was done. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  readonly connectionCount: number;
  /** Detaches and closes every link with 1012 (restart). */
  close(): Promise<void>;
}
