/**
 * One simulated WLBS host: the real machine, a shell that gives the kernel one effect after another as the real one
 * does, and a model of the kernel that lives on when the agent dies.
 */
import {
  type DataPlane,
  type HostVerb,
  initialState,
  type RuleTarget,
  type RuleVerb,
  step,
  type Wanted,
  type WlbsEffect,
  type WlbsEvent,
  type WlbsMessage,
  type WlbsPolicy,
  type WlbsState,
} from "@bulkhead/core/wlbs";
import { Dozing } from "./dozing.ts";
import { HostClock } from "./host-clock.ts";
import type { HostPorts, InstallFault } from "./host-ports.ts";
import { SimKernel } from "./sim-kernel.ts";

/** How often the shell tells connections and sticky clients. */
const COUNT_PERIOD_MS = 1000;

export class SimHost {
  readonly node: string;
  readonly hostId: number;
  readonly kernel = new SimKernel();
  readonly clock: HostClock;
  state: WlbsState;
  /** The policy that its controller has given it last; it is on disk. */
  policy: WlbsPolicy | null = null;
  /** What `remember` left on disk. */
  disk: Wanted | null = null;
  alive = false;
  /** True time of the agent's last start. */
  startedAt = 0;
  frozen = false;
  installFault: InstallFault = "none";
  /** How long an install takes: EVIDENCE 1 measured up to 46 ms for 4096 buckets. */
  installMs: [min: number, max: number] = [5, 45];
  log: string[] = [];
  answers: { id: string; code: string; message: string }[] = [];
  installs = 0;
  #life = 0;
  #queue: WlbsEffect[] = [];
  #busy = false;
  #inbox: WlbsEvent[] = [];
  readonly #ports: HostPorts;
  readonly #dozing: Dozing;

  constructor(identity: { node: string; hostId: number }, ports: HostPorts) {
    this.node = identity.node;
    this.hostId = identity.hostId;
    this.#ports = ports;
    const { random } = ports;
    this.clock = new HostClock(ports.clock, {
      zero: ports.isSteady ? ports.clock.now() : random.between(1_000_000, 9_000_000),
      rate: ports.isSteady ? 1 : 1 + (random.next() - 0.5) * 0.0004,
    });
    if (ports.isSteady) this.installMs = [20, 20];
    this.state = initialState({ incarnation: 1 });
    this.#dozing = new Dozing({
      now: () => this.clock.now(),
      state: () => this.state,
      isFrozen: () => this.frozen,
      // In a world without chance every step is written down.
      neverRests: ports.isSteady,
      isBusy: () => !this.alive || this.#busy || this.#queue.length > 0,
      after: (ms, run) => ports.clock.after(ms, run),
      afterLocal: (at, run) => ports.clock.after(this.clock.toTrue(at) - ports.clock.now() + 0.01, run),
      feed: (event) => this.feed(event),
    });
  }

  /** Starts the agent process; the kernel keeps what an earlier one left behind. */
  boot(policy: WlbsPolicy | null = this.policy): void {
    this.#life += 1;
    this.alive = true;
    this.startedAt = this.#ports.clock.now();
    this.frozen = false;
    this.#queue = [];
    this.#busy = false;
    this.#inbox = [];
    this.#dozing.forget();
    this.state = initialState({ incarnation: this.#ports.random.between(1, 2 ** 31) });
    if (policy) this.givePolicy(policy);
    this.setLink(true);
    this.#countLater(this.#life);
  }

  givePolicy(policy: WlbsPolicy): void {
    this.policy = policy;
    this.feed({ kind: "policy", now: 0, policy, node: this.node, resume: this.disk });
  }

  /** Tells the machine about its cable; the weather must be changed with it. */
  setLink(up: boolean): void {
    const mac = `02:00:00:00:00:${this.hostId.toString(16).padStart(2, "0")}`;
    this.feed({ kind: "link", now: 0, up, mac });
  }

  /** SIGKILL. */
  kill(): void {
    this.#life += 1;
    this.alive = false;
  }

  /** The whole machine loses its power: kernel and connections go too. */
  crash(): void {
    this.kill();
    this.kernel.flows.clear();
    this.kernel.seen.clear();
    this.kernel.set(null, { leaseUntil: 0, now: 0 });
    this.#ports.onKernel([], false);
  }

  /** SIGSTOP; messages pile up in the socket. */
  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    const waiting = this.#inbox;
    this.#inbox = [];
    this.#dozing.alarm();
    this.#dozing.awake();
    for (const event of waiting) this.feed(event);
    this.#work();
  }

  command(verb: HostVerb, options: { id?: string; deadlineMs?: number | null } = {}): void {
    this.feed({
      kind: "command",
      now: 0,
      verb,
      deadlineMs: options.deadlineMs ?? null,
      id: options.id ?? verb,
    });
  }

  ruleCommand(verb: RuleVerb, target: RuleTarget, id: string = verb): void {
    this.feed({ kind: "ruleCommand", now: 0, verb, target, id });
  }

  /** A probe changes its verdict. */
  probe(rule: string, isHealthy: boolean): void {
    const health = isHealthy ? "healthy" : "failing";
    this.feed({ kind: "health", now: 0, rule, health, text: isHealthy ? null : "connection refused" });
  }

  /** Code of the last answer; "" when there is none. */
  get lastCode(): string {
    return this.answers.at(-1)?.code ?? "";
  }

  countConnections(): void {
    this.feed({ kind: "connections", now: 0, ...this.kernel.count() });
  }

  #countLater(life: number): void {
    const { clock, random, isSteady } = this.#ports;
    clock.after(COUNT_PERIOD_MS, () => {
      if (life !== this.#life) return;
      const { plane } = this.kernel;
      const counted = this.kernel.count();
      const lateMsMax = isSteady ? 0 : random.chance(0.2) ? 400 : 30;
      // What was counted is told a little later, on a busy host much later; connections open and end meanwhile.
      clock.after(random.next() * lateMsMax, () => {
        // As a real host does: sorted by rules that were replaced meanwhile, it would name the wrong buckets as busy.
        if (life === this.#life && plane === this.kernel.plane)
          this.feed({ kind: "connections", now: 0, ...counted });
      });
      this.#tellSticky();
      this.#countLater(life);
    });
  }

  #tellSticky(): void {
    const rules = this.kernel.sticky(this.#ports.clock.now());
    if (rules.length > 0) this.feed({ kind: "sticky", now: 0, rules });
  }

  receive(message: WlbsMessage): void {
    if (this.alive) this.#dozing.take(message);
  }

  /** Gives the machine one event, stamped with the present time of this host. */
  feed(event: WlbsEvent): void {
    if (!this.alive) return;
    if (this.frozen) return void this.#inbox.push(event);
    const messages = this.#dozing.takeKept();
    if (messages.length > 0) this.#step({ kind: "messages", now: 0, messages });
    this.#step(event);
  }

  #step(event: WlbsEvent): void {
    const result = step(this.state, { ...event, now: this.clock.now() });
    this.state = result.state;
    // Beats do not wait behind a slow kernel: the shell has a lane for each.
    const isForKernel = ({ kind }: WlbsEffect) =>
      kind === "install" || kind === "remove" || kind === "renewLease";
    this.#queue.push(...result.effects.filter(isForKernel));
    for (const effect of result.effects) if (!isForKernel(effect)) this.#carryOut(effect);
    this.#dozing.wakeAt(result.wakeAt);
    this.#ports.onStep();
    this.#work();
  }

  /** One effect after another, each with the time that it takes on a real host. */
  #work(): void {
    if (this.#busy || this.frozen || !this.alive) return;
    const effect = this.#queue.shift();
    if (!effect) return;
    const { random, clock, isSteady } = this.#ports;
    const takesMs = effect.kind === "renewLease" ? 0.3 : random.between(...this.installMs);
    this.#busy = true;
    const life = this.#life;
    const answer = this.#prepare(effect);
    // The kernel switches over somewhere on the way, and the answer comes at the end.
    clock.after(takesMs * (isSteady ? 0.5 : random.next()), () => {
      // A command that nft has been given takes effect even when the agent dies meanwhile, but not after the next began.
      if (life === this.#life || !this.alive) answer.act();
    });
    clock.after(takesMs, () => {
      if (life !== this.#life) return;
      this.#busy = false;
      answer.tell();
      this.#work();
    });
  }

  /** The lease of an effect is measured when the command is given to the kernel. */
  #prepare(effect: WlbsEffect): { act(): void; tell(): void } {
    if (effect.kind === "renewLease") {
      const until = this.clock.toTrue(effect.leaseUntil);
      return { act: () => this.#setLease(until), tell: () => {} };
    }
    if (effect.kind === "install") {
      const { plane } = effect;
      const until = this.clock.toTrue(effect.leaseUntil);
      const fault = this.installFault;
      const error = fault === "error" ? "netlink: permission denied" : null;
      return {
        act: () => fault === "none" && this.#setPlane(plane, until),
        tell: () => fault !== "silent" && this.#answer(plane.generation, error),
      };
    }
    const generation = effect.kind === "remove" ? effect.generation : 0;
    return { act: () => this.#setPlane(null, 0), tell: () => this.#answer(generation, null) };
  }

  #answer(generation: number, error: string | null): void {
    this.feed({ kind: "installed", now: 0, generation, error });
  }

  #carryOut(effect: WlbsEffect): void {
    const { clock, random } = this.#ports;
    if (effect.kind === "send") this.#ports.send(effect.message);
    else if (effect.kind === "log") this.log.push(`${clock.now().toFixed(1)} ${effect.message}`);
    else if (effect.kind === "remember") this.disk = effect.wanted;
    else if (effect.kind === "commandDone")
      this.answers.push({ id: effect.id, code: effect.code, message: effect.message });
    else if (effect.kind === "readSticky") {
      const life = this.#life;
      clock.after(random.next() * 10, () => {
        if (life === this.#life)
          this.feed({ kind: "sticky", now: 0, rules: this.kernel.sticky(clock.now()) });
      });
    }
  }

  #setLease(until: number): void {
    if (!this.kernel.plane) return;
    const wasDead = this.kernel.leaseUntil <= this.#ports.clock.now();
    this.kernel.leaseUntil = until;
    if (wasDead) this.#ports.onKernel([], true);
  }

  #setPlane(plane: DataPlane | null, leaseUntil: number): void {
    this.installs += 1;
    const now = this.#ports.clock.now();
    this.#ports.onKernel(this.kernel.set(plane, { leaseUntil, now }), true);
  }
}
