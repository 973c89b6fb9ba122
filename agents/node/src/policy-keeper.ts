/**
 * The one place through which a policy reaches this node: verify, guard, record the attempt, carry out, record
 * the success. A bundle from the link and one from a file take the same way, one after the other.
 */
import { type Refusal, refuseBundle } from "@bulkhead/core/fleet";
import type { NodePolicy } from "@bulkhead/core/plan";
import {
  type BundleEnvelope,
  type BundleSecrets,
  type CommandResult,
  type CommandVerb,
  openSecrets,
  type Parsed,
  parsed,
  type StatusReport,
  type VerifiedBundle,
  verifyBundle,
} from "@bulkhead/protocol";
import {
  createSerialQueue,
  errorText,
  type Half,
  type HalfContext,
  type Health,
  type Ledger,
  type Logger,
} from "@bulkhead/runtime";
import type { HalfName, LoadHalf } from "./halves.ts";
import type { Identity } from "./identity.ts";
import {
  latchOf,
  loadNodeState,
  type NodeState,
  type PolicyRecord,
  saveNodeState,
  wallOf,
} from "./policy-ledger.ts";
import { applyRefusal, signatureRefusal } from "./refusals.ts";
import type { SystemReader } from "./system.ts";

export interface BundleOutcome {
  /** As the bundle claims; 0 when it could not be read. */
  generation: number;
  accepted: boolean;
  refusal: Refusal | null;
}

export interface PolicyKeeperOptions {
  identity: Identity;
  ledger: Ledger<PolicyRecord>;
  system: SystemReader;
  loadHalf: LoadHalf;
  halfContext(service: HalfName): HalfContext;
  health: Health;
  log: Logger;
}

export class PolicyKeeper {
  readonly #options: PolicyKeeperOptions;
  readonly #queue = createSerialQueue();
  #state: NodeState;
  #half: Half | null = null;
  /** False while the last good policy has not been carried out in this life of the process. */
  #isCarriedOut = false;
  #isStopped = false;
  /** A release has ended here: this process still holds the code of the former half. */
  #wasReleased = false;

  constructor(options: PolicyKeeperOptions) {
    this.#options = options;
    this.#state = loadNodeState(options.ledger, options.identity.controllerKey);
    if (this.#state.problem !== null) options.health.raise("policy-ledger", this.#state.problem);
  }

  get appliedGeneration(): number {
    return this.#state.applied?.payload.generation ?? 0;
  }

  /** What the node is held to, also by an attempt that has not ended well. */
  get service(): NodePolicy["service"] {
    return latchOf(this.#state)?.service ?? "none";
  }

  /** A policy that gives it a service has been carried out. */
  get hasService(): boolean {
    const { applied } = this.#state;
    return applied !== null && applied.payload.policy.service !== "none";
  }

  get cluster(): string | null {
    return latchOf(this.#state)?.cluster ?? null;
  }

  get mustRestart(): boolean {
    return this.#wasReleased;
  }

  status(): StatusReport {
    return this.#half?.status() ?? { service: "none" };
  }

  async command(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult> {
    if (this.#half === null)
      return {
        code: "not-found",
        message: "This node has no service yet; apply a fleet file that names it.",
      };
    return this.#half.command(verb, args);
  }

  /** Carries out the last good policy if that has not happened yet; to be called again until it succeeds. */
  resume(): Promise<void> {
    return this.#queue.run(async () => {
      const { applied } = this.#state;
      if (applied === null || this.#isCarriedOut || this.#isStopped) return;
      try {
        await this.#carryOut(applied);
        this.#isCarriedOut = true;
        this.#options.health.clear("apply");
      } catch (error) {
        this.#options.health.raise(
          "apply",
          `The last good policy cannot be carried out: ${errorText(error)}`,
        );
      }
    });
  }

  /**
   * Reads the last good policy from the disk once more, verifies it, and carries it out again, as after a restart
   * (`wlbs reload`). What is not whole, not signed or older than what is in force changes nothing.
   */
  reload(): Promise<CommandResult> {
    return this.#queue.run(async () => {
      if (this.#half === null || this.#half.service !== "wlbs")
        return { code: "bad-params", message: "This node is no WLBS host; there is nothing to reload." };
      const { ledger, identity } = this.#options;
      const state = loadNodeState(ledger, identity.controllerKey);
      const { applied, problem } = state;
      if (applied === null || problem !== null || applied.payload.generation < this.appliedGeneration)
        return { code: "failed", message: reloadProblem(ledger.path, state) };
      await this.#carryOut(applied);
      this.#state = state;
      this.#isCarriedOut = true;
      const { generation } = applied.payload;
      return { code: "ok", message: `Bundle ${generation} was verified and carried out again.` };
    });
  }

  /** A bundle from the link or from a file. Never rejects. */
  offer(envelope: BundleEnvelope): Promise<BundleOutcome> {
    return this.#queue.run(async () => {
      const bundle = verifyBundle(envelope, this.#options.identity.controllerKey);
      if (!bundle.ok) return refused(0, signatureRefusal(this.#options.identity.node, bundle.problem));
      const { generation } = bundle.value.payload;
      const refusal = await this.#guard(bundle.value);
      if (refusal !== null) return refused(generation, refusal);
      if (bundle.value.digest === this.#state.applied?.digest && this.#isCarriedOut)
        return { generation, accepted: true, refusal: null };
      return this.#attempt({ ...bundle.value, envelope });
    });
  }

  /**
   * The process ends, the data plane stays. The half hears of it at once, ahead of the queue: bringing up an
   * engine may take minutes, and the half ends it when it is stopped.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#half?.stop({ keepDataPlane: true });
    await this.#queue.idle();
  }

  async #guard(bundle: VerifiedBundle): Promise<Refusal | null> {
    try {
      const { machineId, servicesSeen } = await this.#options.system.inventory();
      return refuseBundle({
        offered: bundle.payload,
        offeredDigest: bundle.digest,
        self: { node: this.#options.identity.node, machineId },
        latched: latchOf(this.#state),
        lastGeneration: this.appliedGeneration,
        lastDigest: this.#state.applied?.digest ?? null,
        servicesSeen,
        knownWall: wallOf(this.#state),
      });
    } catch (error) {
      return applyRefusal(bundle.payload, errorText(error));
    }
  }

  async #attempt(bundle: VerifiedBundle & { envelope: BundleEnvelope }): Promise<BundleOutcome> {
    const { generation } = bundle.payload;
    try {
      // A release begins nothing: what is to be taken away must stay on record until it is gone.
      if (bundle.payload.policy.service !== "none") this.#record({ ...this.#state, attempt: bundle });
      await this.#carryOut(bundle);
      this.#record({ applied: bundle, attempt: null, problem: null });
    } catch (error) {
      this.#isCarriedOut = false;
      return refused(generation, applyRefusal(bundle.payload, errorText(error)));
    }
    this.#isCarriedOut = true;
    this.#options.health.clear("apply");
    this.#options.health.clear("policy-ledger");
    return { generation, accepted: true, refusal: null };
  }

  #record(state: NodeState): void {
    const { ledger } = this.#options;
    try {
      saveNodeState(ledger, state);
    } catch (error) {
      throw new Error(
        `The bundle cannot be kept in ${ledger.path}: ${errorText(error)}. Make room there, or make it writable.`,
      );
    }
    this.#state = state;
  }

  async #carryOut(bundle: VerifiedBundle): Promise<void> {
    const { policy } = bundle.payload;
    if (policy.service === "none") return this.#release();
    const secrets = this.#secretsOf(bundle);
    if (!secrets.ok) throw new Error(secrets.problem);
    this.#half ??= await this.#create(policy.service);
    await this.#half.apply(policy, secrets.value);
  }

  /** Also after a restart: a half that is not loaded is loaded once more, to take away what it left. */
  async #release(): Promise<void> {
    const latch = latchOf(this.#state);
    if (latch === null) return;
    this.#half ??= await this.#create(latch.service);
    try {
      await this.#half.stop({ keepDataPlane: false });
    } finally {
      // A half that was told to stop is not used again, whatever came of it; the next try makes a new one.
      this.#half = null;
    }
    this.#wasReleased = true;
  }

  async #create(service: HalfName): Promise<Half> {
    const create = await this.#options.loadHalf(service);
    return create(this.#options.halfContext(service));
  }

  #secretsOf({ payload }: VerifiedBundle): Parsed<BundleSecrets> {
    if (payload.sealedSecrets === null) return parsed({});
    const { node, generation } = payload;
    return openSecrets(payload.sealedSecrets, this.#options.identity.sealingKey, { node, generation });
  }
}

function reloadProblem(path: string, { problem }: NodeState): string {
  const why = problem ?? `${path} holds no policy, or an older one than the one in force.`;
  return `${why} The policy in force goes on; apply the fleet file once more to get a whole one.`;
}

function refused(generation: number, refusal: Refusal): BundleOutcome {
  return { generation, accepted: false, refusal };
}
