/**
 * The agent's end of the link: dials the controllers in turn, dials again with jittered backoff for ever,
 * and cuts a link on which nothing is heard any more.
 */
import { WebSocket } from "ws";
import { backoffMs } from "./backoff.ts";
import { closeReason, frameText, watchSilence } from "./link-socket.ts";
import {
  defaultLinkTiming,
  type LinkClient,
  type LinkClientOptions,
  type LinkTiming,
  maxFrameBytes,
} from "./link-types.ts";

/** Opens the link and keeps it open until `close`. Throws when `urls` is empty or holds no ws/wss address. */
export function createLinkClient(options: LinkClientOptions): LinkClient {
  const dialer = new LinkDialer(options);
  dialer.dial();
  return dialer;
}

class LinkDialer implements LinkClient {
  readonly #options: LinkClientOptions;
  readonly #timing: LinkTiming;
  #socket: WebSocket | null = null;
  #retry: NodeJS.Timeout | null = null;
  #attempt = 0;
  #failures = 0;
  #closed = false;

  constructor(options: LinkClientOptions) {
    if (options.urls.length === 0)
      throw new Error("A link needs at least one controller address (ws:// or wss://).");
    for (const url of options.urls) {
      if (!/^wss?:$/.test(new URL(url).protocol)) throw new Error(`${url} is no ws:// or wss:// address.`);
    }
    this.#options = options;
    this.#timing = { ...defaultLinkTiming, ...options.timing };
  }

  get url(): string {
    return this.#options.urls[this.#attempt % this.#options.urls.length] ?? "";
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(text: string): boolean {
    if (!this.#socket || !this.isOpen) return false;
    this.#socket.send(text);
    return true;
  }

  drop(code: number, reason: string): void {
    this.#socket?.close(code, closeReason(reason));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => socket.terminate(), 1_000);
      socket.once("close", () => {
        clearTimeout(cut);
        resolve();
      });
      socket.close(1000, "agent closes");
    });
  }

  dial(): void {
    const socket = new WebSocket(this.#target(), {
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handshakeTimeout: this.#timing.handshakeMs,
      ...(this.#options.authorities ? { ca: [...this.#options.authorities] } : {}),
    });
    this.#socket = socket;
    let openedAt: number | null = null;
    let cause = "";
    watchSilence(socket, this.#timing);
    socket.on("open", () => {
      openedAt = performance.now();
      if (!this.#closed) this.#options.onOpen();
    });
    socket.on("message", (data, isBinary) => {
      const text = frameText(data, isBinary);
      if (text === null) socket.close(1003, "text frames only");
      else if (!this.#closed) this.#options.onFrame(text);
    });
    socket.on("error", (error) => {
      cause = error.message;
    });
    socket.on("close", (code, reason) => {
      const wasStable = openedAt !== null && performance.now() - openedAt >= this.#timing.stableMs;
      this.#ended(wasStable, cause || `${code} ${reason.toString()}`.trim());
    });
  }

  #ended(wasStable: boolean, cause: string): void {
    if (this.#closed) return;
    const url = this.url;
    this.#attempt += 1;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    // One round over all addresses counts as one failure: the second controller is tried as promptly as the first.
    const rounds = Math.ceil(this.#failures / this.#options.urls.length);
    const waitMs = backoffMs(rounds, this.#timing, (this.#options.random ?? Math.random)());
    this.#retry = setTimeout(() => this.dial(), waitMs);
    this.#options.onClose(`${url}: ${cause}`);
  }

  /** `ws+unix:` is how the `ws` package spells a local socket: `ws+unix://FILE:PATH`. */
  #target(): string {
    if (this.#options.socketPath === undefined) return this.url;
    return `ws+unix://${this.#options.socketPath}:${new URL(this.url).pathname}`;
  }
}
