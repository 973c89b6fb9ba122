/**
 * All agent links: at most one per node, frames of a node to the live picture and the database, bundles and
 * commands to the node. A node that connects with an older policy than it should have gets the newer one.
 */
import type { KeyObject } from "node:crypto";
import type { AuditEvent } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import type { LinkConnection } from "@bulkhead/net";
import type { BundleEnvelope, CommandResult, CommandVerb, StatusReport } from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";
import { AttemptLimit } from "../attempt-limit.ts";
import { bundleIssuedAt } from "../deploy/bundles.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import type { World } from "../world.ts";
import { offlineResult, PendingCommands } from "./commands.ts";
import { LinkSession, type NodeFrame } from "./link-session.ts";

/** How often `lastSeenAt` is written while a node stays connected. */
const seenEveryMs = 15_000;

export interface BundleResult {
  node: string;
  generation: number;
  accepted: boolean;
  refusal: Refusal | null;
}

export interface HubOptions {
  db: Pick<Db, "nodes" | "telemetry" | "deployments" | "audit">;
  world: World;
  live: LiveFleet;
  signingKey: KeyObject;
  clock: Clock;
  log: Logger;
  onBundleResult(result: BundleResult): Promise<void>;
  onInventory(node: string): void;
  onStatus(node: string, status: StatusReport): void;
  /** The node has new keys since its bundle was made, so that it cannot read it. */
  onUnreadableBundle(node: string): Promise<void>;
}

export class AgentHub {
  readonly #options: HubOptions;
  readonly #sessions = new Map<string, LinkSession>();
  readonly #commands: PendingCommands;
  readonly #seenWritten = new Map<string, number>();
  readonly #applied = new Map<string, number>();
  /** A node that talks too much is heard in the log, but does not fill the audit chain. */
  readonly #events: AttemptLimit;
  readonly #work = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#commands = new PendingCommands(options.clock);
    this.#events = new AttemptLimit(options.clock, { attempts: 60, windowMs: 60_000 });
  }

  /** Give it to `createLinkServer` as `onConnection`. */
  accept(connection: LinkConnection): void {
    const { signingKey, clock } = this.#options;
    new LinkSession({
      connection,
      signingKey,
      clock,
      handlers: {
        keyOf: (node) => this.#keyOf(node),
        onReady: (session, hello) => this.#ready(session, hello.node, hello.appliedGeneration),
        onFrame: (session, frame) => this.#frame(session, frame),
        onEnd: (session, node, reason) => this.#ended(session, node, reason),
      },
    });
  }

  isOnline(node: string): boolean {
    return this.#sessions.has(node);
  }

  /** The generation that the node itself says it runs; null while it is not connected. */
  appliedGeneration(node: string): number | null {
    return this.isOnline(node) ? (this.#applied.get(node) ?? null) : null;
  }

  /** False when the node is not connected. */
  pushBundle(node: string, envelope: BundleEnvelope): boolean {
    return this.#sessions.get(node)?.send({ type: "bundle", envelope }) ?? false;
  }

  /** Never rejects: no link, no answer and refusal are results. */
  command(order: {
    node: string;
    verb: CommandVerb;
    args: Record<string, string>;
    timeoutMs: number;
  }): Promise<CommandResult> {
    const { node, verb, args, timeoutMs } = order;
    const session = this.#sessions.get(node);
    if (!session) return Promise.resolve(offlineResult(node));
    return this.#commands.run(node, timeoutMs, (id) => session.send({ type: "command", id, verb, args }));
  }

  /** Ends the link of a node that may no longer connect, at once. */
  drop(node: string, reason: string): void {
    this.#sessions.get(node)?.close(reason);
  }

  /** From now on ends are not events of the nodes but of this controller. */
  beginStop(): void {
    this.#isClosed = true;
  }

  /** Resolves when everything that nodes caused is written; call it when their links are closed. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #keyOf(node: string): Promise<string | null> {
    const row = await this.#options.db.nodes.get(node);
    return row && row.revokedAt === null ? row.signingKey : null;
  }

  #ready(session: LinkSession, node: string, appliedGeneration: number): void {
    const { live, log } = this.#options;
    const older = this.#sessions.get(node);
    this.#sessions.set(node, session);
    older?.close("the node has connected anew");
    live.online(node);
    this.#applied.set(node, appliedGeneration);
    log.info({ node, appliedGeneration }, "node online");
    if (!older) this.#audit(node, "node.online", { appliedGeneration });
    this.#run(node, async () => {
      await this.#options.db.telemetry.seen(node, this.#options.clock.nowMs());
      await this.#options.db.telemetry.applied(node, { generation: appliedGeneration, refusal: null });
      await this.#options.world.refresh();
      await this.#catchUp(node, appliedGeneration);
    });
  }

  /** A bundle whose wave has not come (or was halted) stays with the deployment and is not pushed here. */
  async #catchUp(node: string, appliedGeneration: number): Promise<void> {
    const bundle = await this.#options.db.deployments.latestBundle(node);
    if (!bundle || bundle.state === "waiting") return;
    if (bundle.generation <= appliedGeneration) {
      // It took the bundle while nobody listened, for example from a file or during our restart.
      if (bundle.state === "accepted" || bundle.generation !== appliedGeneration) return;
      return this.#options.onBundleResult({
        node,
        generation: appliedGeneration,
        accepted: true,
        refusal: null,
      });
    }
    const row = this.#options.world.node(node);
    if (row && bundleIssuedAt(bundle.envelope as BundleEnvelope) < row.enrolledAt) {
      return await this.#options.onUnreadableBundle(node);
    }
    this.#options.log.info({ node, generation: bundle.generation }, "bundle pushed to returning node");
    this.pushBundle(node, bundle.envelope as BundleEnvelope);
  }

  #frame(session: LinkSession, frame: NodeFrame): void {
    const node = session.node;
    // A session that was replaced may still have frames under way; they are history.
    if (node === null || this.#sessions.get(node) !== session) return;
    switch (frame.type) {
      case "status":
        this.#options.live.status(node, frame.status, frame.at);
        this.#options.onStatus(node, frame.status);
        return this.#noteSeen(node);
      case "inventory":
        return this.#inventory(node, frame.inventory);
      case "commandResult":
        return this.#commands.settle(node, frame.id, frame.result);
      case "bundleResult":
        return this.#bundleResult({
          node,
          generation: frame.generation,
          accepted: frame.accepted,
          refusal: frame.refusal,
        });
      case "event":
        this.#options.log.info({ node, kind: frame.kind, said: frame.message }, "node event");
        if (!this.#events.allows(node)) return;
        return this.#audit(node, frame.kind === "bundle.refused" ? "bundle.offer" : "node.event", {
          kind: frame.kind,
          message: frame.message,
          objects: frame.objects,
        });
    }
  }

  #inventory(node: string, inventory: Extract<NodeFrame, { type: "inventory" }>["inventory"]): void {
    const { live, db, clock, onInventory } = this.#options;
    live.inventory(node, inventory);
    onInventory(node);
    this.#run(node, () =>
      db.telemetry.inventory(node, { agentVersion: inventory.agentVersion, inventory, at: clock.nowMs() }),
    );
  }

  #bundleResult(result: BundleResult): void {
    const { db, world, log, onBundleResult } = this.#options;
    log.info({ ...result, refusal: result.refusal?.rule ?? null }, "bundle answered");
    if (result.accepted) this.#applied.set(result.node, result.generation);
    this.#run(result.node, async () => {
      await db.telemetry.applied(result.node, {
        generation: result.accepted ? result.generation : 0,
        refusal: result.refusal,
      });
      await world.refresh();
      await onBundleResult(result);
    });
  }

  #noteSeen(node: string): void {
    const now = this.#options.clock.monotonicMs();
    if (now - (this.#seenWritten.get(node) ?? Number.NEGATIVE_INFINITY) < seenEveryMs) return;
    this.#seenWritten.set(node, now);
    this.#run(node, () => this.#options.db.telemetry.seen(node, this.#options.clock.nowMs()));
  }

  #ended(session: LinkSession, node: string | null, reason: string): void {
    const { live, log } = this.#options;
    if (node === null) {
      log.warn({ reason }, "link refused");
      return;
    }
    if (this.#sessions.get(node) !== session) return;
    this.#sessions.delete(node);
    this.#commands.abandon(node);
    live.offline(node);
    if (this.#isClosed) return;
    log.info({ node, reason }, "node offline");
    this.#audit(node, "node.offline", { reason });
  }

  #audit(node: string, action: string, detail: AuditEvent["detail"]): void {
    const event: AuditEvent = {
      at: this.#options.clock.nowMs(),
      actor: { kind: "node", id: node, name: node },
      action,
      object: { kind: "node", name: node },
      // A node tells of every bundle that it refused, also of one that was handed to it without us.
      outcome: action === "bundle.offer" ? "refused" : "done",
      detail,
    };
    this.#run(node, () => this.#options.db.audit.append(event));
  }

  /** Work for a node that nobody waits for: a failure is logged, never lost and never fatal. */
  #run(node: string, work: () => Promise<unknown>): void {
    const done: Promise<void> = work()
      .then(() => {})
      .catch((error: unknown) => this.#options.log.error({ node, err: error }, "work for a node failed"))
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }
}
