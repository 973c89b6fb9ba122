/**
 * A controller for tests, on loopback: the real enrolment and link protocol over real sockets, without
 * database, plan or users. Also the recording half that such tests load in place of a real one.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { NodePolicy } from "@bulkhead/core/plan";
import { createLinkServer, type LinkConnection } from "@bulkhead/net";
import {
  type BundleEnvelope,
  type BundleSecrets,
  type EnrolRequest,
  formatToken,
  generateKey,
  keyFingerprint,
  newNonce,
  newTokenSecret,
  parseEnrolRequest,
  parseToController,
  parseToken,
  publicKeyText,
  readPublicKey,
  sealSecrets,
  signBundle,
  signWelcome,
  type ToAgent,
  type ToController,
  verifyHello,
} from "@bulkhead/protocol";
import type { CreateHalf } from "@bulkhead/runtime";

type Hello = Extract<ToController, { type: "hello" }>;

export interface FakeNode {
  name: string;
  request: EnrolRequest;
}

export class FakeController {
  readonly signingKey = generateKey("ed25519");
  readonly frames: ToController[] = [];
  /** Of the latest start; kept while it is stopped. */
  port = 0;
  readonly tokens = new Map<string, string>();
  /** Also served over HTTP, by path. */
  readonly files = new Map<string, Buffer>();
  node: FakeNode | null = null;
  /** Answers `welcome` with this key instead: an impostor. */
  welcomeKey = this.signingKey;
  /** Answers enrolments with far too much. */
  isEndless = false;
  #connection: LinkConnection | null = null;
  #server: Server = createServer();
  #links = createLinkServer({ path: "/agent/link", onConnection: (connection) => this.#accept(connection) });

  async start(port = 0): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const file = this.files.get(request.url ?? "");
        if (file !== undefined) return response.end(file);
        if (request.url !== "/agent/enrol") return response.writeHead(404).end();
        const { status, body } = this.#enrol(Buffer.concat(chunks).toString("utf8"));
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    this.#links = createLinkServer({
      path: "/agent/link",
      onConnection: (connection) => this.#accept(connection),
    });
    this.#links.attach(this.#server);
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isLinked(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** A token that lets one machine in once, under this name. */
  token(name: string, keyId = keyFingerprint(this.signingKey)): string {
    const secret = newTokenSecret();
    this.tokens.set(secret, name);
    return formatToken({ secret, keyId });
  }

  bundle(
    policy: NodePolicy,
    generation: number,
    over: { node?: string; secrets?: BundleSecrets } = {},
  ): BundleEnvelope {
    if (this.node === null) throw new Error("nobody is enrolled");
    const { request } = this.node;
    const node = over.node ?? this.node.name;
    return signBundle(
      {
        formatVersion: 1,
        node,
        machineId: request.inventory.machineId,
        generation,
        issuedAt: generation,
        policy,
        sealedSecrets: over.secrets ? this.#seal(over.secrets, { node, generation }) : null,
      },
      this.signingKey,
    );
  }

  send(frame: ToAgent): void {
    if (!this.#connection?.send(JSON.stringify(frame))) throw new Error("there is no link");
  }

  sendText(text: string): void {
    this.#connection?.send(text);
  }

  /** The latest frame of a kind, once it is there. */
  async frame<T extends ToController["type"]>(
    type: T,
    fits: (frame: Extract<ToController, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ToController, { type: T }>> {
    let found: Extract<ToController, { type: T }> | undefined;
    await until(`a frame "${type}"`, () => {
      found = this.frames.findLast(
        (frame): frame is Extract<ToController, { type: T }> =>
          frame.type === type && fits(frame as Extract<ToController, { type: T }>),
      );
      return found !== undefined;
    });
    if (found === undefined) throw new Error("unreachable");
    return found;
  }

  async stop(): Promise<void> {
    await this.#links.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #enrol(text: string): { status: number; body: unknown } {
    if (this.isEndless) return { status: 200, body: "x".repeat(1024 * 1024) };
    const request = parseEnrolRequest(text);
    const token = request.ok ? parseToken(request.value.token) : request;
    const name = token.ok ? this.tokens.get(token.value.secret) : undefined;
    if (!request.ok || !token.ok || name === undefined)
      return { status: 409, body: { refusal: { message: "The token is spent", cure: "Make a new one." } } };
    this.tokens.delete(token.value.secret);
    this.node = { name, request: request.value };
    const keyId = keyFingerprint(this.signingKey);
    return { status: 200, body: { node: name, controllerKey: publicKeyText(this.signingKey), keyId } };
  }

  #accept(connection: LinkConnection): void {
    const challenge = newNonce();
    connection.onClose = () => undefined;
    connection.onFrame = (text) => {
      const frame = parseToController(text);
      if (!frame.ok) throw new Error(`the agent sent a bad frame: ${frame.problem}`);
      this.frames.push(frame.value);
      if (frame.value.type === "hello") this.#greet(connection, challenge, frame.value);
    };
    connection.send(JSON.stringify({ type: "challenge", nonce: challenge }));
  }

  #greet(connection: LinkConnection, challenge: string, hello: Hello): void {
    const key = readPublicKey(this.node?.request.signingKey ?? "", "ed25519");
    const handshake = { node: hello.node, challenge, nonce: hello.nonce };
    if (!key.ok || !verifyHello(handshake, hello.signature, key.value)) return connection.close(1008, "who?");
    const welcome: ToAgent = { type: "welcome", signature: signWelcome(handshake, this.welcomeKey), now: 1 };
    connection.send(JSON.stringify(welcome));
    this.#connection = connection;
  }

  #seal(secrets: BundleSecrets, binding: { node: string; generation: number }): string {
    const key = readPublicKey(this.node?.request.sealingKey ?? "", "x25519");
    if (!key.ok) throw new Error(key.problem);
    return sealSecrets(secrets, key.value, binding);
  }
}

/** What a half was told, in order. `fail` is thrown by the next `apply`. */
export class HalfRecord {
  readonly calls: string[] = [];
  readonly secrets: BundleSecrets[] = [];
  fail: string | null = null;

  create(service: "wlbs" | "mscs" | "witness"): CreateHalf {
    return (context) => ({
      service,
      apply: async (policy, secrets) => {
        this.calls.push(`apply ${policy.service}`);
        this.secrets.push(secrets);
        const problem = this.fail;
        this.fail = null;
        if (problem !== null) throw new Error(problem);
        context.onStatus();
      },
      status: () => ({ service: "witness", witness: { running: true, lastError: null } }),
      command: async (verb, args) =>
        verb === "mscs.groups"
          ? { code: "ok", message: "groups", data: [{ name: "sql", state: "online", owner: "db-1" }] }
          : { code: "ok", message: `${verb} ${JSON.stringify(args)}` },
      stop: async ({ keepDataPlane }) => {
        this.calls.push(`stop, data plane ${keepDataPlane ? "stays" : "goes"}`);
      },
    });
  }
}

/** Waits for a condition, not for a time; fails with its name after 10 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited 10 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
