/**
 * A link in memory for unit tests of both users: a fake client whose far end the test plays, and a fake
 * connection for the controller's side. Frames arrive at once, in order.
 */
import type { LinkClient, LinkClientOptions, LinkConnection } from "./link-types.ts";

export interface FakeLink {
  client: LinkClient;
  /** Everything the client sent, oldest first. */
  sent: string[];
  /** The far end accepts, speaks, hangs up. */
  open(): void;
  deliver(text: string): void;
  hangUp(reason: string): void;
}

/** Stands where `createLinkClient` stands. */
export function createFakeLink(options: LinkClientOptions): FakeLink {
  const sent: string[] = [];
  let isOpen = false;
  const hangUp = (reason: string): void => {
    if (!isOpen) return;
    isOpen = false;
    options.onClose(reason);
  };
  const client: LinkClient = {
    url: options.urls[0] ?? "",
    get isOpen() {
      return isOpen;
    },
    send(text) {
      if (isOpen) sent.push(text);
      return isOpen;
    },
    drop: (code, reason) => hangUp(`${code} ${reason}`),
    close: () => {
      isOpen = false;
      return Promise.resolve();
    },
  };
  const open = (): void => {
    isOpen = true;
    options.onOpen();
  };
  return { client, sent, open, hangUp, deliver: (text) => isOpen && options.onFrame(text) };
}

export interface FakeConnection extends LinkConnection {
  sent: string[];
  closedWith: { code: number; reason: string } | null;
}

/** A controller-side connection; call its `onFrame` to play the agent. */
export function createFakeConnection(remoteAddress = "192.0.2.1"): FakeConnection {
  return {
    remoteAddress,
    sent: [],
    closedWith: null,
    get isOpen() {
      return this.closedWith === null;
    },
    onFrame: () => undefined,
    onClose: () => undefined,
    send(text) {
      if (this.isOpen) this.sent.push(text);
      return this.isOpen;
    },
    close(code, reason) {
      if (!this.isOpen) return;
      this.closedWith = { code, reason };
      this.onClose(code, reason);
    },
  };
}
