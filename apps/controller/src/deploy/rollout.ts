/**
 * Carries a stored deployment out, wave by wave: sends the bundles, waits for the answers and for health, and
 * halts a lane at the first refusal or missed deadline. It decides nothing about content. After a restart of the
 * controller it goes on with what is still running.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import { refusalLine } from "@bulkhead/core/fleet";
import type { Db, DeploymentNodeState, DeploymentRow } from "@bulkhead/db";
import type { BundleEnvelope } from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";
import { systemDeed } from "../audit.ts";
import type { AgentHub, BundleResult } from "../hub/hub.ts";
import type { ChangeFeed } from "../live/feed.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import { listText } from "../live/words.ts";
import { healthProblem } from "./health.ts";
import { type Lane, orderOf, type Wave } from "./waves.ts";

/** How long a new pair waits for its nodes to connect. */
const connectWithinMs = 600_000;
/** After a restart of the controller the agents dial again within seconds. */
const reconnectWithinMs = 15_000;

export interface RolloutOptions {
  db: Pick<Db, "change" | "deployments" | "plans">;
  hub: Pick<AgentHub, "pushBundle" | "isOnline">;
  live: LiveFleet;
  feed: ChangeFeed;
  clock: Clock;
  log: Logger;
}

/** What ended a lane early. */
interface Halt {
  state: "refused" | "failed";
  why: string;
}

export class Rollouts {
  readonly #options: RolloutOptions;
  readonly #stop = new AbortController();
  /** Answers by `node generation`. */
  readonly #answers = new Map<string, BundleResult>();
  /** What was sent by `node generation`, and whether the node was there: a node may stand in several lanes. */
  readonly #sent = new Map<string, Promise<boolean>>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RolloutOptions) {
    this.#options = options;
  }

  /** Returns at once; progress is in the database and in the feed. Waits up to `connectMs` for its nodes first. */
  start(deployment: DeploymentRow, connectMs = 0): void {
    const { log } = this.#options;
    const run = this.#run(deployment, connectMs)
      .catch((error: unknown) => log.error({ deployment: deployment.id, err: error }, "rollout broke off"))
      .finally(() => this.#running.delete(deployment.id));
    this.#running.set(deployment.id, run);
  }

  /** Goes on with what a stopped controller left behind. */
  async resume(): Promise<void> {
    const recent = await this.#options.db.deployments.list(50);
    for (const deployment of recent)
      if (deployment.state === "running") this.start(deployment, reconnectWithinMs);
  }

  /** Called by the hub for every answer of a node, also for those that come after a rollout has ended. */
  async onBundleResult(result: BundleResult): Promise<void> {
    const bundle = await this.#options.db.deployments.latestBundle(result.node);
    if (bundle?.generation !== result.generation) return;
    const state = result.accepted ? "accepted" : "refused";
    if (bundle.state !== state)
      await this.#setNode(bundle.deploymentId, result.node, { state, refusal: result.refusal });
    this.#answers.set(`${result.node} ${result.generation}`, result);
    this.#options.feed.poke();
  }

  /** Is any deployment being carried out. */
  isRunning(): boolean {
    return this.#running.size > 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  async #run(deployment: DeploymentRow, connectMs: number): Promise<void> {
    const { db, hub } = this.#options;
    const plan = (await db.plans.get(deployment.planId))?.report.plan;
    if (!plan)
      return await this.#finish(deployment, [{ state: "failed", why: "its plan is not stored any more" }]);
    const names = deployment.nodes.map(({ node }) => node);
    await this.#until(() => names.every((node) => hub.isOnline(node)), connectMs);
    if (this.#stop.signal.aborted) return;
    const order = orderOf(plan, names, {
      isOnline: (node) => hub.isOnline(node),
      hasEngine: (node) => this.#hasEngine(node),
    });
    const first = order.releases ? await this.#wave(deployment, order.releases) : null;
    if (this.#stop.signal.aborted) return;
    if (first) return await this.#finish(deployment, [first]);
    const halts = await Promise.all(order.lanes.map((lane) => this.#lane(deployment, lane)));
    if (this.#stop.signal.aborted) return;
    await this.#finish(
      deployment,
      halts.filter((halt) => halt !== null),
    );
  }

  async #lane(deployment: DeploymentRow, lane: Lane): Promise<Halt | null> {
    for (const wave of lane.waves) {
      const halt = await this.#wave(deployment, wave);
      if (halt) return { ...halt, why: `${lane.title}: ${halt.why}` };
      if (this.#stop.signal.aborted) return null;
    }
    return null;
  }

  async #wave(deployment: DeploymentRow, wave: Wave): Promise<Halt | null> {
    const offline = () => wave.nodes.filter((node) => !this.#options.hub.isOnline(node));
    if (wave.needsAllOnline && !(await this.#until(() => offline().length === 0, connectWithinMs))) {
      const why = `${listText(offline())} did not connect; a new pair starts only when both nodes are there. Connect them and apply again.`;
      return this.#stop.signal.aborted ? null : { state: "failed", why };
    }
    const sent: string[] = [];
    for (const node of wave.nodes) if (await this.#send(deployment, node)) sent.push(node);
    const open = () => sent.filter((node) => !this.#answer(deployment, node));
    await this.#until(() => open().length === 0, wave.acceptWithinMs);
    if (this.#stop.signal.aborted) return null;
    return (
      this.#refusalOf(deployment, sent) ??
      this.#lateHalt(open(), wave) ??
      (await this.#healthHalt(sent, wave))
    );
  }

  #refusalOf(deployment: DeploymentRow, nodes: readonly string[]): Halt | null {
    const refused = nodes.flatMap((node) => {
      const answer = this.#answer(deployment, node);
      return answer && !answer.accepted
        ? [`${node} refused its policy (${refusalText(answer.refusal)})`]
        : [];
    });
    return refused.length > 0 ? { state: "refused", why: `${listText(refused)}.` } : null;
  }

  #lateHalt(late: readonly string[], wave: Wave): Halt | null {
    if (late.length === 0) return null;
    const seconds = wave.acceptWithinMs / 1000;
    const why = `${listText(late)} did not answer within ${seconds} s; look at the agent's log there, then apply again.`;
    return { state: "failed", why };
  }

  async #healthHalt(nodes: readonly string[], wave: Wave): Promise<Halt | null> {
    const { live, clock } = this.#options;
    const problems = () =>
      nodes.flatMap((node) => healthProblem(node, wave.service, { live, now: clock.nowMs() }) ?? []);
    if (await this.#until(() => problems().length === 0, wave.healthyWithinMs)) return null;
    if (this.#stop.signal.aborted || problems().length === 0) return null;
    const seconds = wave.healthyWithinMs / 1000;
    return { state: "failed", why: `not healthy after ${seconds} s: ${listText(problems())}.` };
  }

  #hasEngine(node: string): boolean {
    const { live, clock } = this.#options;
    const entry = live.get(node);
    if (!live.isFresh(entry, clock.nowMs()) || entry.status.service !== "mscs") return false;
    return entry.status.mscs.view.engineBlind === null;
  }

  /** False: the node is away; the hub hands the bundle over when it connects. */
  async #send(deployment: DeploymentRow, node: string): Promise<boolean> {
    const row = deployment.nodes.find((entry) => entry.node === node);
    if (!row || row.state === "accepted") return row !== undefined;
    const key = `${node} ${row.generation}`;
    const sent = this.#sent.get(key) ?? this.#sendBundle(deployment, row);
    this.#sent.set(key, sent);
    return await sent;
  }

  async #sendBundle(
    deployment: DeploymentRow,
    { node, envelope }: DeploymentRow["nodes"][number],
  ): Promise<boolean> {
    const { hub } = this.#options;
    // Written down before it is sent: the answer can then only come after it.
    if (hub.isOnline(node)) {
      await this.#setNode(deployment.id, node, { state: "sent", refusal: null });
      if (hub.pushBundle(node, envelope as BundleEnvelope)) return true;
    }
    await this.#setNode(deployment.id, node, { state: "offline", refusal: null });
    return false;
  }

  #answer(deployment: DeploymentRow, node: string): BundleResult | null {
    const row = deployment.nodes.find((entry) => entry.node === node);
    if (!row) return null;
    if (row.state === "accepted") return { node, generation: row.generation, accepted: true, refusal: null };
    return this.#answers.get(`${node} ${row.generation}`) ?? null;
  }

  async #until(isMet: () => boolean, withinMs: number): Promise<boolean> {
    if (isMet()) return true;
    const deadline = new AbortController();
    const cancel = this.#options.clock.after(withinMs, () => deadline.abort());
    const signal = AbortSignal.any([deadline.signal, this.#stop.signal]);
    for await (const _ of this.#options.feed.ticks(signal, 50)) if (isMet()) break;
    cancel();
    return isMet();
  }

  async #setNode(
    deploymentId: string,
    node: string,
    update: { state: DeploymentNodeState; refusal: Refusal | null },
  ): Promise<void> {
    const { db, clock, feed } = this.#options;
    const at = clock.nowMs();
    await db.change(async (tx) => {
      await tx.deployments.setNode(deploymentId, node, { ...update, at });
      tx.audit.append(
        systemDeed({
          at,
          action: "deployment.node",
          object: { kind: "node", name: node },
          outcome: update.state === "refused" ? "refused" : "done",
          detail: { deployment: deploymentId, state: update.state, ...ruleDetail(update.refusal) },
        }),
      );
    });
    feed.poke();
  }

  async #finish(deployment: DeploymentRow, halts: readonly Halt[]): Promise<void> {
    const { db, clock, feed, log } = this.#options;
    const at = clock.nowMs();
    const state = halts.some((halt) => halt.state === "refused")
      ? "refused"
      : halts.length > 0
        ? "failed"
        : "done";
    await db.change(async (tx) => {
      const nodes = (await tx.deployments.get(deployment.id))?.nodes ?? [];
      const why = [...halts.map((halt) => halt.why), ...openEnds(nodes)].join(" ") || null;
      await tx.deployments.finish(deployment.id, { state, why, at });
      tx.audit.append(
        systemDeed({
          at,
          action: "deployment.finish",
          object: { kind: "deployment", name: deployment.id },
          outcome: state,
          detail: { why },
        }),
      );
    });
    log.info({ deployment: deployment.id, state }, "deployment finished");
    feed.poke();
  }
}

/** What is left to happen after the end, in words. */
function openEnds(nodes: DeploymentRow["nodes"]): string[] {
  const inState = (state: DeploymentNodeState) =>
    nodes.filter((node) => node.state === state).map(({ node }) => node);
  const offline = inState("offline");
  const waiting = inState("waiting");
  return [
    ...(offline.length > 0
      ? [`${listText(offline)} was not connected and gets its policy when it connects.`]
      : []),
    ...(waiting.length > 0
      ? [`${listText(waiting)} was not sent anything. Correct the cause and apply again.`]
      : []),
  ];
}

function refusalText(refusal: Refusal | null): string {
  return refusal ? refusalLine(refusal) : "no reason given";
}

function ruleDetail(refusal: Refusal | null): Record<string, unknown> {
  return refusal ? { rule: refusal.rule, message: refusal.message, cure: refusal.cure } : {};
}
