/**
 * An agent for tests that speaks the real protocol with real keys over a real WebSocket: enrols, proves itself,
 * verifies bundles and opens their secrets, refuses what it is told to refuse, answers commands.
 */
import type { KeyObject } from "node:crypto";
import type { Refusal, Service } from "@bulkhead/core/fleet";
import { createLinkClient, type LinkClient } from "@bulkhead/net";
import {
  type BundlePayload,
  type BundleSecrets,
  type CommandResult,
  type EnrolResponse,
  generateKey,
  type InventoryReport,
  newNonce,
  openSecrets,
  parseEnrolResponse,
  parseToAgent,
  publicKeyText,
  readPublicKey,
  type StatusReport,
  signHello,
  type ToAgent,
  type ToController,
  verifyBundle,
  verifyWelcome,
} from "@bulkhead/protocol";

export interface FakeAgentOptions {
  baseUrl: string;
  machineId: string;
  address: string;
}

export type Command = Extract<ToAgent, { type: "command" }>;

const statusEveryMs = 200;

export class FakeAgent {
  readonly signingKey: KeyObject = generateKey("ed25519");
  readonly sealingKey: KeyObject = generateKey("x25519");
  readonly bundles: BundlePayload[] = [];
  readonly secrets: (BundleSecrets | null)[] = [];
  readonly commands: Command[] = [];
  /** Why links ended, newest last. */
  readonly closes: string[] = [];
  name = "";
  generation = 0;
  servicesSeen: Service[] = [];
  /** What to answer to the next bundles; null = accept. */
  refuseWith: Refusal | null = null;
  /** What a command gets as its answer; null = none at all. */
  answer: (command: Command) => CommandResult | null = () => ({ code: "ok", message: "done" });
  /** Told every 200 ms while connected. */
  status: StatusReport = { service: "none" };
  isWelcome = false;
  baseUrl: string;
  readonly #options: FakeAgentOptions;
  #controllerKey: KeyObject | null = null;
  #link: LinkClient | null = null;
  #nonce = "";
  #challenge = "";
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FakeAgentOptions) {
    this.#options = options;
    this.baseUrl = options.baseUrl;
  }

  get inventory(): InventoryReport {
    const { machineId, address } = this.#options;
    return {
      machineId,
      hostname: this.name || "machine",
      agentVersion: "0.1.0-test",
      kernel: "6.18",
      addresses: [{ interface: "eth0", address, prefixLength: 24 }],
      servicesSeen: this.servicesSeen,
    };
  }

  /** The HTTP status and body; a success makes this agent the node of the token. */
  async enrol(token: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.baseUrl}/agent/enrol`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        token,
        inventory: this.inventory,
        signingKey: publicKeyText(this.signingKey),
        sealingKey: publicKeyText(this.sealingKey),
      }),
    });
    const body = await response.text();
    const answer = parseEnrolResponse(body);
    if (response.ok && answer.ok) this.#trust(answer.value);
    return { status: response.status, body };
  }

  connect(): void {
    this.#link = createLinkClient({
      urls: [`${this.baseUrl.replace(/^http/, "ws")}/agent/link`],
      onOpen: () => {},
      onFrame: (text) => this.#receive(text),
      onClose: (reason) => {
        this.isWelcome = false;
        this.closes.push(reason);
      },
      timing: { backoffMs: 20, backoffMsMax: 100 },
    });
    this.#timer = setInterval(() => this.report(), statusEveryMs);
  }

  async disconnect(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#link?.close();
    this.#link = null;
    this.isWelcome = false;
  }

  report(): void {
    if (this.isWelcome) this.send({ type: "status", at: Date.now(), status: this.status });
  }

  reportInventory(): void {
    this.send({ type: "inventory", inventory: this.inventory });
  }

  send(frame: ToController): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#link?.send(text);
  }

  #trust(answer: EnrolResponse): void {
    const key = readPublicKey(answer.controllerKey, "ed25519");
    if (!key.ok) throw new Error(key.problem);
    this.#controllerKey = key.value;
    this.name = answer.node;
  }

  #receive(text: string): void {
    const frame = parseToAgent(text);
    if (!frame.ok) throw new Error(frame.problem);
    switch (frame.value.type) {
      case "challenge":
        return this.#hello(frame.value.nonce);
      case "welcome":
        return this.#welcome(frame.value.signature);
      case "bundle":
        return this.#bundle(frame.value);
      case "command":
        return this.#command(frame.value);
    }
  }

  #command(command: Command): void {
    this.commands.push(command);
    const result = this.answer(command);
    if (result) this.send({ type: "commandResult", id: command.id, result });
  }

  #hello(challenge: string): void {
    this.#challenge = challenge;
    this.#nonce = newNonce();
    const handshake = { node: this.name, challenge, nonce: this.#nonce };
    const signature = signHello(handshake, this.signingKey);
    this.send({
      type: "hello",
      node: this.name,
      nonce: this.#nonce,
      signature,
      appliedGeneration: this.generation,
    });
  }

  #welcome(signature: string): void {
    const handshake = { node: this.name, challenge: this.#challenge, nonce: this.#nonce };
    if (!this.#controllerKey || !verifyWelcome(handshake, signature, this.#controllerKey)) {
      throw new Error("the controller did not prove itself");
    }
    this.isWelcome = true;
    this.reportInventory();
    this.report();
  }

  #bundle({ envelope }: Extract<ToAgent, { type: "bundle" }>): void {
    if (!this.#controllerKey) throw new Error("bundle before enrolment");
    const verified = verifyBundle(envelope, this.#controllerKey);
    if (!verified.ok) throw new Error(verified.problem);
    const { payload } = verified.value;
    this.bundles.push(payload);
    this.secrets.push(this.#open(payload));
    const accepted = this.refuseWith === null;
    if (accepted) this.generation = payload.generation;
    this.send({ type: "bundleResult", generation: payload.generation, accepted, refusal: this.refuseWith });
  }

  #open({ sealedSecrets, node, generation }: BundlePayload): BundleSecrets | null {
    if (sealedSecrets === null) return null;
    const opened = openSecrets(sealedSecrets, this.sealingKey, { node, generation });
    if (!opened.ok) throw new Error(opened.problem);
    return opened.value;
  }
}
