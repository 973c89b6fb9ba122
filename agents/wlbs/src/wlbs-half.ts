/**
 * The half of a WLBS host: puts the machine of core/wlbs on a real kernel and a real network. It decides nothing;
 * see `packages/core/src/wlbs/convergence/events.ts` for what the machine asks of it.
 */
import {
  type ClusterHost,
  renderQuery,
  type WlbsEffect,
  type WlbsPolicy,
  type WlbsStatus,
  type WlbsVerb,
} from "@bulkhead/core/wlbs";
import type { CommandResult, HeartbeatKey } from "@bulkhead/protocol";
import { type Half, type HalfContext, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";
import { BeatLane } from "./beat-lane.ts";
import { KernelLane } from "./kernel-lane.ts";
import { LapseLog } from "./lapse-log.ts";
import { MachineShell } from "./machine-shell.ts";
import { Memory } from "./memory.ts";
import type { WlbsPorts } from "./ports.ts";
import { bucketsOfConnections, connectionsTo } from "./sockets.ts";
import { TrafficSum } from "./traffic.ts";

/** Counters and connections are read this often; peers and admins see them no fresher. */
const samplePeriodMs = 1_000;
const repairPeriodMs = 5_000;
const farewellMs = 500;
/** A redistribution takes some 100 ms; a cluster that cannot do it in this time is not waited for. */
const handOverMs = 2_000;
const verbs: Record<string, WlbsVerb> = {
  "wlbs.start": "start",
  "wlbs.stop": "stop",
  "wlbs.drainstop": "drainstop",
};

/** Nothing happens before `apply`. */
export function wlbsHalf(context: HalfContext, ports: WlbsPorts): Half {
  const host = new WlbsHost(context, ports);
  return {
    service: "wlbs",
    async apply(policy, secrets) {
      if (policy.service !== "wlbs")
        throw new Error(`A WLBS host cannot carry out a policy for ${policy.service}`);
      const keys = secrets.heartbeatKeys ?? [];
      if (keys.length === 0)
        throw new Error("The bundle holds no heartbeat key. Apply the fleet file once more.");
      await host.apply(policy.wlbs, keys);
    },
    // Before the first policy there is no cluster to tell of.
    status: () => {
      const wlbs = host.status();
      return wlbs.cluster === "" ? { service: "none" } : { service: "wlbs", wlbs };
    },
    command: (verb) => host.command(verb),
    stop: ({ keepDataPlane }) => (keepDataPlane ? host.leave() : host.release()),
  };
}

class WlbsHost {
  readonly #context: HalfContext;
  readonly #ports: WlbsPorts;
  readonly #memory: Memory;
  readonly #shell: MachineShell;
  readonly #beats: BeatLane;
  readonly #driver: ReturnType<WlbsPorts["createDriver"]>;
  readonly #kernel: KernelLane;
  readonly #traffic = new TrafficSum();
  readonly #answers = new Map<string, CommandResult>();
  #loops: TaskLoop[] = [];
  #openConnections = 0;
  #commandCount = 0;

  constructor(context: HalfContext, ports: WlbsPorts) {
    const { clock, log } = context;
    this.#context = context;
    this.#ports = ports;
    this.#memory = new Memory(context.stateDir);
    if (this.#memory.problem !== null) log.warn({}, this.#memory.problem);
    this.#driver = ports.createDriver();
    this.#shell = new MachineShell({
      clock,
      incarnation: this.#memory.nextIncarnation(clock.nowMs()),
      carryOut: (effect) => this.#carryOut(effect),
      onChange: () => context.onStatus(),
    });
    this.#beats = new BeatLane({
      openBeats: ports.openBeats,
      clock,
      log,
      onMessage: (message) =>
        this.#shell.tell(
          message.kind === "beat" ? { kind: "beat", beat: message } : { kind: "table", part: message },
        ),
    });
    const lapses = new LapseLog(clock, log);
    this.#kernel = new KernelLane({
      driver: this.#driver,
      log,
      now: () => this.#shell.now(),
      onInstalled: (generation, error) => this.#shell.tell({ kind: "installed", generation, error }),
      onLapse: (outMs) => lapses.take(outMs),
      beforeRemoval: () => this.#readCounters(),
    });
  }

  async apply(policy: WlbsPolicy, keys: readonly HeartbeatKey[]): Promise<void> {
    const me = memberOf(policy, this.#context.node);
    await this.#driver.probe(me.interface);
    this.#beats.useKeys(keys);
    await this.#beats.moveTo(policy, me);
    const { wanted } = this.#memory;
    const isFirst = this.#loops.length === 0;
    const resume = wanted === "draining" ? "started" : wanted;
    this.#shell.tell({ kind: "policy", policy, node: this.#context.node, resume });
    if (!isFirst) return;
    // A drain that a restart interrupted goes on: the host must not begin to take connections again.
    if (wanted === "draining") this.#ask("drainstop");
    this.#startLoops();
  }

  status(): WlbsStatus {
    const status = this.#shell.status();
    return {
      ...status,
      lastError: status.lastError ?? this.#kernel.lastError,
      openConnections: this.#openConnections,
      leaseAlive: this.#kernel.isLeaseAlive,
      traffic: this.#traffic.total,
    };
  }

  async command(verb: string): Promise<CommandResult> {
    if (verb === "wlbs.query")
      return { code: "ok", message: renderQuery(this.status()), data: this.status() };
    const known = verbs[verb];
    if (!known) return { code: "bad-params", message: `A WLBS host does not know ${verb}.` };
    const result = this.#ask(known);
    if (result.code === "ok" || result.code === "drain-stop") {
      this.#memory.wanted = ({ start: "started", stop: "stopped", drainstop: "draining" } as const)[known];
    }
    return result;
  }

  /**
   * The agent ends, the connections stay. Where others can take new ones, they are handed over first; otherwise the
   * kernel takes them until the lease runs out.
   */
  async leave(): Promise<void> {
    if (this.#hasSuccessor()) {
      this.#ask("drainstop");
      await this.#until(handOverMs, () => this.#isHandedOver());
    }
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#shell.stop();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#beats.close();
    this.#driver.close();
  }

  async release(): Promise<void> {
    this.#ask("stop");
    // The farewell follows the removal and is repeated, since datagrams get lost; with it the others take over at
    // once instead of after the detection time.
    await this.#kernel.idle();
    if (this.#loops.length > 0) await this.#until(farewellMs, () => false);
    await this.#end();
    await this.#driver.remove();
    this.#driver.close();
    this.#memory.forget();
  }

  #hasSuccessor(): boolean {
    const { state, hostId, members } = this.#shell.status();
    if (state !== "converged") return false;
    return members.some((member) => member.hostId !== hostId && member.state === "converged");
  }

  /** True when the others have what was ours, so that nobody waits for our part in the epoch any more. */
  #isHandedOver(): boolean {
    const { state, hostId, members, ownedCount } = this.#shell.status();
    if (state === "stopped") return true;
    const areSettled = members.every((member) => member.hostId === hostId || member.state !== "converging");
    return ownedCount === 0 && areSettled && !this.#kernel.isBusy;
  }

  async #until(limitMs: number, holds: () => boolean): Promise<void> {
    const { clock } = this.#context;
    for (const end = clock.monotonicMs() + limitMs; !holds() && clock.monotonicMs() < end; ) {
      await new Promise<void>((resolve) => void clock.after(20, resolve));
    }
  }

  #ask(verb: WlbsVerb): CommandResult {
    this.#commandCount += 1;
    const id = `local-${this.#commandCount}`;
    this.#shell.tell({ kind: "command", verb, id });
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    return answer ?? { code: "failed", message: "The agent is stopping." };
  }

  #carryOut(effect: WlbsEffect): void {
    if (effect.kind === "send") this.#beats.send(effect.message);
    else if (effect.kind === "commandDone")
      this.#answers.set(effect.id, { code: effect.code, message: effect.message });
    else if (effect.kind === "log") this.#context.log[effect.level]({}, effect.message);
    else this.#kernel.carryOut(effect);
  }

  #startLoops(): void {
    const { clock, log } = this.#context;
    const loop = (name: string, periodMs: number, run: () => Promise<void>): TaskLoop =>
      startTaskLoop({ name, clock, log, periodMs, run });
    this.#loops = [
      loop("wlbs-sample", samplePeriodMs, () => this.#sample()),
      loop("wlbs-repair", repairPeriodMs, () => this.#kernel.repair()),
    ];
  }

  async #sample(): Promise<void> {
    await this.#readCounters();
    await this.#countConnections();
    if (this.#memory.wanted === "draining" && this.#shell.status().state === "stopped") {
      this.#memory.wanted = "stopped";
    }
    this.#context.onStatus();
  }

  async #readCounters(): Promise<void> {
    this.#traffic.take(await this.#driver.readCounters());
  }

  async #countConnections(): Promise<void> {
    const plane = this.#kernel.plane;
    if (!plane) {
      this.#openConnections = 0;
      return;
    }
    const connections = connectionsTo(plane.vip, await this.#ports.readSocketTables());
    // Sorted by rules that have been replaced meanwhile, they would name the wrong buckets as busy.
    if (plane !== this.#kernel.plane) return;
    this.#openConnections = connections.length;
    const buckets = bucketsOfConnections(plane, connections);
    this.#shell.tell({ kind: "connections", open: connections.length, buckets });
  }
}

function memberOf(policy: WlbsPolicy, node: string): ClusterHost {
  const me = policy.hosts.find((host) => host.node === node);
  if (!me) throw new Error(`The policy of cluster ${policy.cluster} does not name ${node}.`);
  return me;
}
