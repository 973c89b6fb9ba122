/**
 * The agent's side of the talk on the link: handshake, then frames. Whatever is not as agreed cuts the link;
 * the client below dials again by itself. Holds no policy and no timer but the one for the handshake.
 */
import type { LinkClient, LinkClientOptions } from "@bulkhead/net";
import {
  type BundleEnvelope,
  type CommandVerb,
  type Handshake,
  newNonce,
  parseToAgent,
  parseToController,
  signHello,
  type ToAgent,
  type ToController,
  verifyWelcome,
} from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";
import type { Identity } from "./identity.ts";

const handshakeTimeoutMs = 10_000;
const closePolicy = 1008;

export interface LinkSessionOptions {
  identity: Identity;
  /** `http(s)://host[:port]`, tried in turn. */
  controllers: string[];
  clock: Clock;
  log: Logger;
  /** `createLinkClient` of @bulkhead/net, or a fake. */
  connect(options: LinkClientOptions): LinkClient;
  appliedGeneration(): number;
  /** The controller has proved itself; frames may be sent. */
  onReady(): void;
  onDown(reason: string): void;
  onBundle(envelope: BundleEnvelope): void;
  onCommand(command: { id: string; verb: CommandVerb; args: Record<string, string> }): void;
}

export interface LinkSession {
  readonly isReady: boolean;
  /** False when there is no proved link: the frame is not kept. */
  send(frame: ToController): boolean;
  close(): Promise<void>;
}

/** `https://host` becomes `wss://host/agent/link`. */
export function linkUrl(controller: string): string {
  const url = new URL("/agent/link", controller);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

export function openLinkSession(options: LinkSessionOptions): LinkSession {
  return new Session(options);
}

type Stage =
  | { name: "closed" }
  | { name: "open" }
  | { name: "proving"; handshake: Handshake }
  | { name: "ready" };

class Session implements LinkSession {
  readonly #options: LinkSessionOptions;
  readonly #client: LinkClient;
  #stage: Stage = { name: "closed" };
  #cancelTimeout: () => void = () => undefined;

  constructor(options: LinkSessionOptions) {
    this.#options = options;
    this.#client = options.connect({
      urls: options.controllers.map(linkUrl),
      onOpen: () => this.#opened(),
      onFrame: (text) => this.#frame(text),
      onClose: (reason) => this.#closed(reason),
    });
  }

  get isReady(): boolean {
    return this.#stage.name === "ready";
  }

  /**
   * Our own frames are held to the contract too: the controller would cut the link for a bad one, and a node
   * with a slip in one report would be lost from sight. Such a frame is logged and counts as sent.
   */
  send(frame: ToController): boolean {
    if (!this.isReady) return false;
    const text = JSON.stringify(frame);
    const check = parseToController(text);
    if (check.ok) return this.#client.send(text);
    this.#options.log.error({ type: frame.type, problem: check.problem }, "a frame of our own is not sent");
    return true;
  }

  async close(): Promise<void> {
    this.#cancelTimeout();
    this.#stage = { name: "closed" };
    await this.#client.close();
  }

  #opened(): void {
    this.#stage = { name: "open" };
    this.#cancelTimeout = this.#options.clock.after(handshakeTimeoutMs, () => {
      if (!this.isReady) this.#drop("no handshake in time");
    });
  }

  #closed(reason: string): void {
    this.#cancelTimeout();
    this.#stage = { name: "closed" };
    this.#options.onDown(reason);
  }

  #frame(text: string): void {
    const frame = parseToAgent(text);
    if (!frame.ok) return this.#drop(frame.problem);
    if (this.#stage.name === "open" && frame.value.type === "challenge") this.#hello(frame.value.nonce);
    else if (this.#stage.name === "proving" && frame.value.type === "welcome")
      this.#welcome(this.#stage.handshake, frame.value.signature);
    else if (this.#stage.name === "ready") this.#dispatch(frame.value);
    else this.#drop(`"${frame.value.type}" is out of turn`);
  }

  #hello(challenge: string): void {
    const { node, signingKey } = this.#options.identity;
    const handshake = { node, challenge, nonce: newNonce() };
    this.#stage = { name: "proving", handshake };
    const hello: ToController = {
      type: "hello",
      node,
      nonce: handshake.nonce,
      signature: signHello(handshake, signingKey),
      appliedGeneration: this.#options.appliedGeneration(),
    };
    this.#client.send(JSON.stringify(hello));
  }

  #welcome(handshake: Handshake, signature: string): void {
    if (!verifyWelcome(handshake, signature, this.#options.identity.controllerKey))
      return this.#drop("the controller could not prove that it is ours");
    this.#cancelTimeout();
    this.#stage = { name: "ready" };
    this.#options.onReady();
  }

  #dispatch(frame: ToAgent): void {
    if (frame.type === "bundle") this.#options.onBundle(frame.envelope);
    else if (frame.type === "command") this.#options.onCommand(frame);
    else this.#drop(`"${frame.type}" is out of turn`);
  }

  #drop(reason: string): void {
    this.#options.log.warn({ reason }, "the link is cut");
    this.#client.drop(closePolicy, reason);
  }
}
