/**
 * One connection of one agent: proves who is there (challenge, hello, welcome), then passes checked frames on.
 * Everything that is not as agreed closes the link; nothing an agent sends can throw out of here.
 */
import type { KeyObject } from "node:crypto";
import { closeCodes, type LinkConnection } from "@bulkhead/net";
import {
  newNonce,
  parseToController,
  readPublicKey,
  signWelcome,
  type ToAgent,
  type ToController,
  verifyHello,
} from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";

/** An honest agent answers the challenge at once. */
const helloWithinMs = 5_000;
/** An agent reports once a second and on changes; several times that is a fault or an attack. */
const framesPerWindowMax = 400;
const windowMs = 5_000;

type Hello = Extract<ToController, { type: "hello" }>;
export type NodeFrame = Exclude<ToController, { type: "hello" }>;

export interface SessionHandlers {
  /** The public key (SPKI, base64) of a node that may connect; null when unknown or revoked. */
  keyOf(node: string): Promise<string | null>;
  onReady(session: LinkSession, hello: Hello): void;
  onFrame(session: LinkSession, frame: NodeFrame): void;
  /** `node` null: it ended before it was known who it was. */
  onEnd(session: LinkSession, node: string | null, reason: string): void;
}

export interface SessionOptions {
  connection: LinkConnection;
  signingKey: KeyObject;
  clock: Clock;
  handlers: SessionHandlers;
}

export class LinkSession {
  readonly #options: SessionOptions;
  readonly #challenge = newNonce();
  readonly #cancelHello: () => void;
  #node: string | null = null;
  #isGreeted = false;
  #windowStart = 0;
  #framesInWindow = 0;
  #closeReason = "";

  /** Sends the challenge. Call it synchronously inside `onConnection`. */
  constructor(options: SessionOptions) {
    this.#options = options;
    const { connection, clock } = options;
    this.#cancelHello = clock.after(helloWithinMs, () => this.close("no hello in time"));
    connection.onFrame = (text) => this.#receive(text);
    connection.onClose = (_code, reason) => {
      this.#cancelHello();
      options.handlers.onEnd(this, this.#node, this.#closeReason || reason || "the connection ended");
    };
    this.send({ type: "challenge", nonce: this.#challenge });
  }

  /** Null until the handshake has succeeded. */
  get node(): string | null {
    return this.#node;
  }

  send(frame: ToAgent): boolean {
    return this.#options.connection.send(JSON.stringify(frame));
  }

  close(reason: string, code: number = closeCodes.policy): void {
    this.#closeReason ||= reason;
    this.#options.connection.close(code, reason);
  }

  #receive(text: string): void {
    if (!this.#isWithinRate()) return this.close("too many frames");
    const frame = parseToController(text);
    if (!frame.ok) return this.close(frame.problem);
    if (frame.value.type === "hello") {
      if (this.#isGreeted) return this.close("second hello");
      this.#isGreeted = true;
      this.#greet(frame.value).catch(() =>
        this.close("the controller cannot check the node now", closeCodes.tryLater),
      );
      return;
    }
    if (this.#node === null) return this.close("no hello before the first frame");
    this.#options.handlers.onFrame(this, frame.value);
  }

  async #greet(hello: Hello): Promise<void> {
    const { handlers, signingKey, clock } = this.#options;
    const keyText = await handlers.keyOf(hello.node);
    const key = keyText === null ? null : readPublicKey(keyText, "ed25519");
    const handshake = { node: hello.node, challenge: this.#challenge, nonce: hello.nonce };
    // One answer for unknown, revoked and forged: a stranger learns no node names here.
    if (!key?.ok || !verifyHello(handshake, hello.signature, key.value)) {
      return this.close("this node is not enrolled here, or its key does not match; enrol it again");
    }
    if (!this.#options.connection.isOpen) return;
    this.#cancelHello();
    this.#node = hello.node;
    this.send({ type: "welcome", signature: signWelcome(handshake, signingKey), now: clock.nowMs() });
    handlers.onReady(this, hello);
  }

  #isWithinRate(): boolean {
    const now = this.#options.clock.monotonicMs();
    if (now - this.#windowStart > windowMs) {
      this.#windowStart = now;
      this.#framesInWindow = 0;
    }
    this.#framesInWindow += 1;
    return this.#framesInWindow <= framesPerWindowMax;
  }
}
