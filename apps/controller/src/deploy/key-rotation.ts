/**
 * A new heartbeat key for a cluster without a gap, by ordinary signed bundles for the plan in force: all hosts accept
 * the new key, then sign with it, then forget the old one. A step begins when every host has confirmed the one before,
 * so a host that is away holds the change up and is never cut off. Progress is on the disk; a restart goes on.
 */
import { randomUUID } from "node:crypto";
import type { Actor, KeyRotation } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import type { Logger } from "@bulkhead/runtime";
import { deedOf, refusalDetail, systemDeed } from "../audit.ts";
import type { StoredRotation } from "../cluster-secrets.ts";
import { wlbsPolicyOf } from "../live/snapshot.ts";
import { Turns } from "../turns.ts";
import { type Applier, bundlesFor } from "./apply.ts";
import { mayRetry, rotationHolder, rotationRefusal, rotationWhy, waitingHosts } from "./key-rotation-view.ts";
import type { Rollouts } from "./rollout.ts";

/** A bundle that was refused, got no answer, or was not sent because its wave was halted, is made again; ever more rarely. */
const retryAfterMs = 30_000;
const retryAfterMsMax = 600_000;
const action = "clusters.rotate-key";
const nextStep = { add: "sign", sign: "drop", drop: "done" } as const;

export interface KeyRotationOptions {
  applier: Applier;
  rollouts: Pick<Rollouts, "start" | "isRunning">;
  isOnline(node: string): boolean;
  log: Logger;
}

export class KeyRotations {
  readonly #options: KeyRotationOptions;
  readonly #turns = new Turns();
  /** When bundles were last made, how often anew, and what was last said to hold the step up, by cluster. */
  readonly #issuedAt = new Map<string, number>();
  readonly #retries = new Map<string, number>();
  readonly #told = new Map<string, string>();
  #isClosed = false;

  constructor(options: KeyRotationOptions) {
    this.#options = options;
  }

  /** Begins, or goes on with what waits. Every attempt is audited. */
  rotate(actor: Actor, policy: WlbsPolicy): Promise<KeyRotation | { refusals: Refusal[] }> {
    return this.#turns.take(async () => {
      const { applier } = this.#options;
      const running = this.#stored(policy.cluster);
      const refusal = running ? null : rotationRefusal(policy, (node) => this.#holder(node));
      await applier.db.audit.append(
        deedOf(actor, {
          at: applier.clock.nowMs(),
          action,
          object: { kind: "wlbs-cluster", name: policy.cluster },
          outcome: refusal ? "refused" : "done",
          detail: refusal ? refusalDetail([refusal]) : { step: running?.step ?? "add" },
        }),
      );
      if (refusal) return { refusals: [refusal] };
      // Somebody asks: what waits is tried at once.
      this.#issuedAt.delete(policy.cluster);
      this.#retries.delete(policy.cluster);
      if (!running) {
        const order = { by: actor.name, now: applier.clock.nowMs() };
        await applier.bundleTurns.take(() => applier.clusterSecrets.beginRotation(policy.cluster, order));
      }
      await this.#advance(policy.cluster);
      return this.view(policy.cluster) as KeyRotation;
    });
  }

  /** Looks at every change under way and moves it on if it may. Call it after answers of nodes and once a second. */
  async check(): Promise<void> {
    const open = Object.keys(this.#options.applier.clusterSecrets.rotations()).filter((cluster) =>
      this.#stored(cluster),
    );
    if (open.length === 0) return;
    await this.#turns.take(async () => {
      for (const cluster of open) await this.#advance(cluster);
    });
  }

  /** Null = the cluster has had one key only. */
  view(cluster: string): KeyRotation | null {
    const stored = this.#options.applier.clusterSecrets.rotations()[cluster];
    if (!stored) return null;
    const { generations: _generations, ...rotation } = stored;
    const waitingFor = this.#waiting(cluster, stored);
    return { ...rotation, waitingFor, why: this.#why(stored, waitingFor) };
  }

  /** Nothing moves after this. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.take(async () => {});
  }

  /** The change of the cluster that is under way, or null. */
  #stored(cluster: string): StoredRotation | null {
    const stored = this.#options.applier.clusterSecrets.rotations()[cluster];
    return stored && stored.step !== "done" ? stored : null;
  }

  async #advance(cluster: string): Promise<void> {
    const { applier, log } = this.#options;
    const stored = this.#stored(cluster);
    if (!stored || this.#isClosed) return;
    try {
      if (!wlbsPolicyOf(applier.world, cluster)) return await this.#step(cluster, "done");
      if (stored.generations === null) return await this.#issueAgain(cluster, stored);
      const waiting = this.#waiting(cluster, stored);
      if (waiting.length === 0 && stored.step !== "done")
        return await this.#step(cluster, nextStep[stored.step]);
      await this.#tellWhatHolds(cluster, stored);
      await this.#retry(cluster, stored, waiting);
    } catch (error) {
      log.error({ cluster, err: error }, "change of the heartbeat key broke off; it is tried again");
    }
  }

  /** The keys of the step, on the disk, and then its bundles. */
  async #step(cluster: string, step: KeyRotation["step"]): Promise<void> {
    const { applier } = this.#options;
    const now = applier.clock.nowMs();
    this.#retries.delete(cluster);
    await applier.bundleTurns.take(() => applier.clusterSecrets.advanceRotation(cluster, step, now));
    const stored = this.#stored(cluster);
    if (stored) return await this.#issue(cluster, stored);
    await this.#audit(cluster, { outcome: "done", detail: { step } });
  }

  /** Bundles with the present keys for all hosts, or for those of them that are named. */
  async #issue(cluster: string, stored: StoredRotation, only?: readonly string[]): Promise<void> {
    const { applier, rollouts } = this.#options;
    const hosts = wlbsPolicyOf(applier.world, cluster)?.hosts.map(({ node }) => node) ?? [];
    const nodes = hosts.filter((node) => only?.includes(node) ?? true);
    this.#issuedAt.set(cluster, applier.clock.monotonicMs());
    const deployment = await applier.bundleTurns.take(() => this.#reissue(cluster, stored, nodes));
    if (!deployment) return;
    const made = Object.fromEntries(deployment.nodes.map(({ node, generation }) => [node, generation]));
    await applier.clusterSecrets.noteGenerations(cluster, { ...stored.generations, ...made });
    await applier.world.refresh();
    rollouts.start(deployment);
  }

  /** Null: another plan came into force this moment; the next look tries again. */
  async #reissue(cluster: string, stored: StoredRotation, nodes: readonly string[]) {
    const { applier } = this.#options;
    await applier.world.refresh();
    const { applied } = applier.world;
    if (!applied) return null;
    const parts = await bundlesFor(applier, applied.plan, (node) => nodes.includes(node));
    const at = applier.clock.nowMs();
    const names = { planId: applied.row.id, planHash: applied.row.hash, deploymentId: randomUUID() };
    return await applier.db.change(async (tx) => {
      const signed = await parts.sign(tx, at);
      const result = await tx.intent.reissue({
        ...names,
        by: `${stored.by} (heartbeat key)`,
        at,
        nodes: signed,
      });
      const generations = Object.fromEntries(signed.map(({ node, generation }) => [node, generation]));
      const detail = { step: stored.step, keyId: stored.keyId, generations };
      tx.audit.append(this.#deed(cluster, { outcome: "refusal" in result ? "failed" : "done", detail }));
      return "refusal" in result ? null : result;
    });
  }

  /** After a restart between keys and bundles, or a failure. */
  async #issueAgain(cluster: string, stored: StoredRotation): Promise<void> {
    if (this.#isRetryDue(cluster)) await this.#issue(cluster, stored);
  }

  async #retry(cluster: string, stored: StoredRotation, waiting: readonly string[]): Promise<void> {
    const due = waiting.filter((node) => mayRetry(this.#holder(node), stored));
    if (due.length === 0 || this.#options.rollouts.isRunning()) return;
    if (this.#isRetryDue(cluster)) await this.#issue(cluster, stored, due);
  }

  /** Counts the retry when it is due. At once after a start of the controller. */
  #isRetryDue(cluster: string): boolean {
    const issuedAt = this.#issuedAt.get(cluster);
    const retries = this.#retries.get(cluster) ?? 0;
    const waitMs = Math.min(retryAfterMs * 2 ** retries, retryAfterMsMax);
    if (issuedAt !== undefined && this.#options.applier.clock.monotonicMs() - issuedAt < waitMs) return false;
    this.#retries.set(cluster, retries + 1);
    return true;
  }

  async #tellWhatHolds(cluster: string, stored: StoredRotation): Promise<void> {
    const waiting = this.#waiting(cluster, stored);
    const why = this.#why(stored, waiting);
    const key = why === null ? "" : `${stored.step} ${waiting.join()}`;
    if (key === (this.#told.get(cluster) ?? "")) return;
    this.#told.set(cluster, key);
    if (why !== null)
      await this.#audit(cluster, {
        outcome: "failed",
        detail: { step: stored.step, waitingFor: waiting, why },
      });
  }

  #waiting(cluster: string, stored: StoredRotation): string[] {
    const policy = wlbsPolicyOf(this.#options.applier.world, cluster);
    return policy ? waitingHosts(policy, stored, (node) => this.#holder(node)) : [];
  }

  #why(stored: StoredRotation, waiting: readonly string[]): string | null {
    const holders = waiting.map((node) => this.#holder(node));
    return rotationWhy(holders, stored, this.#options.applier.clock.nowMs());
  }

  #holder(node: string) {
    const { applier, isOnline } = this.#options;
    return rotationHolder(node, applier.world.node(node), {
      isOnline: isOnline(node),
      reported: applier.reportedGeneration(node),
    });
  }

  #deed(
    cluster: string,
    { outcome, detail }: { outcome: "done" | "failed"; detail: Record<string, unknown> },
  ) {
    const at = this.#options.applier.clock.nowMs();
    return systemDeed({ at, action, object: { kind: "wlbs-cluster", name: cluster }, outcome, detail });
  }

  #audit(
    cluster: string,
    entry: { outcome: "done" | "failed"; detail: Record<string, unknown> },
  ): Promise<void> {
    return this.#options.applier.db.audit.append(this.#deed(cluster, entry));
  }
}
