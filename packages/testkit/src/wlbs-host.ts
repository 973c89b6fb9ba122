/**
 * One simulated WLBS host: the real machine, a shell that gives the kernel one effect after another as the real one
 * does, and a model of the kernel (owned buckets under a lease) that lives on when the agent dies.
 */
import {
  type DataPlane,
  initialState,
  step,
  type WlbsEffect,
  type WlbsEvent,
  type WlbsMessage,
  type WlbsPolicy,
  type WlbsState,
} from "@bulkhead/core/wlbs";
import type { FakeClock } from "./fake-clock.ts";
import type { Random } from "./random.ts";

export interface HostPorts {
  clock: FakeClock;
  random: Random;
  send(message: WlbsMessage): void;
  /** Called when the kernel may own more than before. */
  onKernel(): void;
}

/** What the packet filter does; `leaseUntil` as in nftables: new flows are dropped from then on. */
export interface SimKernel {
  plane: DataPlane | null;
  owned: Uint8Array;
  leaseUntil: number;
}

/** A fault to inject into the next install. */
export type InstallFault = "none" | "error" | "silent";

export class SimHost {
  readonly node: string;
  readonly hostId: number;
  kernel: SimKernel = { plane: null, owned: new Uint8Array(4096), leaseUntil: 0 };
  state: WlbsState;
  alive = false;
  frozen = false;
  installFault: InstallFault = "none";
  /** How long an install takes: EVIDENCE 1 measured up to 46 ms for 4096 buckets. */
  installMs: [min: number, max: number] = [5, 45];
  /** Open connections that the kernel holds, by bucket. */
  connections = new Map<number, number>();
  log: string[] = [];
  answers: { id: string; code: string }[] = [];
  #life = 0;
  #queue: WlbsEffect[] = [];
  #busy = false;
  #inbox: WlbsEvent[] = [];
  #wakeAt = Number.POSITIVE_INFINITY;
  readonly #ports: HostPorts;

  constructor(identity: { node: string; hostId: number }, ports: HostPorts) {
    this.node = identity.node;
    this.hostId = identity.hostId;
    this.#ports = ports;
    this.state = initialState({ incarnation: 1 });
  }

  /** Starts the agent process; the kernel keeps what an earlier one left behind. */
  boot(policy: WlbsPolicy): void {
    this.#life += 1;
    this.alive = true;
    this.frozen = false;
    this.#queue = [];
    this.#busy = false;
    this.#inbox = [];
    this.state = initialState({ incarnation: this.#ports.random.between(1, 2 ** 31) });
    this.feed({ kind: "policy", now: 0, policy, node: this.node, resume: null });
  }

  /** SIGKILL. */
  kill(): void {
    this.#life += 1;
    this.alive = false;
  }

  /** SIGSTOP; messages pile up in the socket. */
  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    const waiting = this.#inbox;
    this.#inbox = [];
    this.feed({ kind: "wake", now: 0 });
    for (const event of waiting) this.feed(event);
    this.#work();
  }

  command(verb: "start" | "stop" | "drainstop", id = verb): void {
    this.feed({ kind: "command", now: 0, verb, id });
  }

  countConnections(): void {
    const open = [...this.connections.values()].reduce((sum, n) => sum + n, 0);
    this.feed({
      kind: "connections",
      now: 0,
      open,
      buckets: [...this.connections.keys()].sort((a, b) => a - b),
    });
  }

  receive(message: WlbsMessage): void {
    if (message.kind === "beat") this.feed({ kind: "beat", now: 0, beat: message });
    else this.feed({ kind: "table", now: 0, part: message });
  }

  /** Gives the machine one event, stamped with the present time. */
  feed(event: WlbsEvent): void {
    if (!this.alive) return;
    if (this.frozen) {
      this.#inbox.push(event);
      return;
    }
    const { clock } = this.#ports;
    const result = step(this.state, { ...event, now: clock.now() });
    this.state = result.state;
    // Beats do not wait behind a slow kernel: the shell has a lane for each.
    const isForKernel = ({ kind }: WlbsEffect) =>
      kind === "install" || kind === "remove" || kind === "renewLease";
    this.#queue.push(...result.effects.filter(isForKernel));
    for (const effect of result.effects) if (!isForKernel(effect)) this.#carryOut(effect);
    this.#wake(result.wakeAt);
    this.#work();
  }

  #wake(at: number | null): void {
    if (at === null || (at >= this.#wakeAt && this.#wakeAt > this.#ports.clock.now())) return;
    this.#wakeAt = at;
    const life = this.#life;
    this.#ports.clock.after(at - this.#ports.clock.now(), () => {
      if (life !== this.#life || this.#wakeAt !== at) return;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.feed({ kind: "wake", now: 0 });
    });
  }

  /** One effect after another, each with the time that it takes on a real host. */
  #work(): void {
    if (this.#busy || this.frozen || !this.alive) return;
    const effect = this.#queue.shift();
    if (!effect) return;
    const { random, clock } = this.#ports;
    const takesMs =
      effect.kind === "install" ? random.between(...this.installMs) : effect.kind === "renewLease" ? 0.3 : 0;
    if (takesMs === 0) {
      this.#carryOut(effect);
      return this.#work();
    }
    this.#busy = true;
    const life = this.#life;
    clock.after(takesMs, () => {
      // A command that nft has been given takes effect even when the agent dies meanwhile.
      this.#carryOut(effect);
      if (life !== this.#life) return;
      this.#busy = false;
      this.#work();
    });
  }

  #carryOut(effect: WlbsEffect): void {
    if (effect.kind === "send") this.#ports.send(effect.message);
    else if (effect.kind === "log") this.log.push(`${this.#ports.clock.now().toFixed(1)} ${effect.message}`);
    else if (effect.kind === "commandDone") this.answers.push({ id: effect.id, code: effect.code });
    else if (effect.kind === "renewLease") this.#setLease(effect.leaseUntil);
    else if (effect.kind === "install") this.#install(effect.plane, effect.leaseUntil);
    else this.#remove(effect.generation);
  }

  #setLease(until: number): void {
    const wasDead = this.kernel.leaseUntil <= this.#ports.clock.now();
    this.kernel.leaseUntil = until;
    if (wasDead) this.#ports.onKernel();
  }

  #install(plane: DataPlane, leaseUntil: number): void {
    if (this.installFault === "silent") return;
    if (this.installFault === "error") {
      return this.feed({
        kind: "installed",
        now: 0,
        generation: plane.generation,
        error: "netlink: permission denied",
      });
    }
    const owned = new Uint8Array(4096);
    for (const bucket of plane.ownedBuckets) owned[bucket] = 1;
    const kept = new Set([...plane.ownedBuckets, ...plane.drainingBuckets]);
    for (const bucket of this.connections.keys()) if (!kept.has(bucket)) this.connections.delete(bucket);
    this.kernel = { plane, owned, leaseUntil };
    this.#ports.onKernel();
    this.feed({ kind: "installed", now: 0, generation: plane.generation, error: null });
  }

  #remove(generation: number): void {
    this.kernel = { plane: null, owned: new Uint8Array(4096), leaseUntil: 0 };
    this.connections.clear();
    this.feed({ kind: "installed", now: 0, generation, error: null });
  }
}
