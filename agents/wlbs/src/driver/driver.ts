/**
 * The driver itself: puts the machine of core/wlbs on a real kernel and a real network. It decides nothing; see
 * `packages/core/src/wlbs/convergence/events.ts` for what the machine asks of it.
 */
import type {
  DataPlane,
  HostVerb,
  Observation,
  RuleTarget,
  RuleVerb,
  Wanted,
  WlbsEffect,
} from "@bulkhead/core/wlbs";
import { errorText, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";
import { memberOf } from "../member.ts";
import { BeatLane } from "./beat-lane.ts";
import type {
  Answer,
  Counted,
  Driver,
  DriverOptions,
  DriverOwner,
  DriverStatus,
  Finding,
  Orders,
  Sample,
  Sorting,
} from "./driver-types.ts";
import { KernelLane } from "./kernel-lane.ts";
import { LapseLog } from "./lapse-log.ts";
import { MachineShell } from "./machine-shell.ts";
import { StatusGate } from "./status-gate.ts";

const repairPeriodMs = 5_000;
const probePeriodMs = 1_000;
const farewellMs = 500;
/** A redistribution takes some 100 ms; a cluster that cannot do it in this time is not waited for. */
const handOverMs = 2_000;

export class WlbsDriver implements Driver {
  readonly #options: DriverOptions;
  readonly #owner: DriverOwner;
  readonly #shell: MachineShell;
  readonly #beats: BeatLane;
  readonly #kernel: KernelLane;
  readonly #gate: StatusGate;
  readonly #answers = new Map<string, Answer>();
  #loops: TaskLoop[] = [];
  #commandCount = 0;
  #isRestDue = false;
  /** Claims and probe frames as the machine was told last. */
  #seen = "";
  /** What the machine does on the way out is no wish of the admin's. */
  #isEnding = false;

  /** Nothing happens before `apply`. */
  constructor(options: DriverOptions, owner: DriverOwner) {
    const { clock, log, openBeats, engine, incarnation } = options;
    this.#options = options;
    this.#owner = owner;
    this.#gate = new StatusGate(clock, () => this.#report());
    this.#shell = new MachineShell({
      clock,
      incarnation,
      carryOut: (effect) => this.#carryOut(effect),
      isKeeping: () => this.#beats.isKeeping,
      takeKept: () => this.#beats.takeKept(),
      onChange: () => this.#gate.changed(),
    });
    this.#beats = new BeatLane({
      openBeats,
      clock,
      log,
      machine: this.#shell,
      onMessages: (messages) => {
        this.#shell.tell({ kind: "messages", messages });
        this.#restSoon();
      },
      onKept: () => this.#restNow(),
    });
    const lapses = new LapseLog(clock, log);
    this.#kernel = new KernelLane({
      engine,
      log,
      now: () => this.#shell.now(),
      onInstalled: (generation, error) => this.#shell.tell({ kind: "installed", generation, error }),
      onLapse: (outMs) => lapses.take(outMs),
      beforeRemoval: async () => this.#owner.onLastCount(await engine.counters()),
    });
  }

  async apply({ policy, keys, resume }: Orders): Promise<void> {
    this.#beats.useKeys(keys);
    await this.#beats.moveTo(policy, memberOf(policy, this.#options.node));
    this.#shell.tell({ kind: "policy", policy, node: this.#options.node, resume });
    if (this.#loops.length === 0) this.#startLoops();
    this.#gate.now();
  }

  async command(verb: HostVerb, deadlineMs: number | null): Promise<Answer> {
    return this.#ask((id) => this.#shell.tell({ kind: "command", verb, deadlineMs, id }));
  }

  async ruleCommand(verb: RuleVerb, target: RuleTarget): Promise<Answer> {
    return this.#ask((id) => this.#shell.tell({ kind: "ruleCommand", verb, target, id }));
  }

  async tell(finding: Finding): Promise<void> {
    this.#shell.tell(finding);
  }

  async sample(): Promise<Sample | null> {
    const plane = this.#kernel.plane;
    if (!plane) return null;
    const observation = await this.#options.engine.counters();
    this.#heed(observation);
    return { traffic: observation.traffic, sorting: sortingOf(plane) };
  }

  async plane(): Promise<DataPlane | null> {
    return this.#kernel.plane;
  }

  /** Sorted by rules that have been replaced meanwhile, they would name the wrong buckets as busy. */
  async counted({ generation, open, rules }: Counted): Promise<void> {
    if (generation === this.#kernel.plane?.generation) this.#shell.tell({ kind: "connections", open, rules });
  }

  async leave(): Promise<void> {
    this.#isEnding = true;
    if (this.#hasSuccessor()) {
      await this.command("drainstop", null);
      await this.#until(handOverMs, () => this.#isHandedOver());
    }
    await this.#end();
    this.#options.engine.close();
  }

  async release(): Promise<void> {
    this.#isEnding = true;
    await this.command("stop", null);
    // The farewell follows the removal and is repeated, since datagrams get lost; with it the others take over at
    // once instead of after the detection time.
    await this.#kernel.idle();
    if (this.#loops.length > 0) await this.#until(farewellMs, () => false);
    await this.#end();
    // Also what an earlier process has left, when there was no policy in this life.
    await this.#options.engine.set(null, () => 0);
    this.#options.engine.close();
  }

  async #end(): Promise<void> {
    this.#gate.close();
    this.#shell.stop();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#beats.close();
  }

  #status(): DriverStatus {
    return {
      machine: this.#shell.status(),
      kernelError: this.#kernel.lastError,
      leaseAlive: this.#kernel.isLeaseAlive,
      rejectedBeats: this.#beats.rejections.counts(),
    };
  }

  #report(): boolean {
    const status = this.#status();
    this.#owner.onStatus(status);
    const { state, members } = status.machine;
    return state === "converging" || members.some((member) => member.state === "converging");
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
    const { clock } = this.#options;
    for (const end = clock.monotonicMs() + limitMs; !holds() && clock.monotonicMs() < end; ) {
      await new Promise<void>((resolve) => void clock.after(20, resolve));
    }
  }

  /** The machine answers within the step. What it has changed is reported before the answer is given. */
  #ask(tell: (id: string) => void): Answer {
    this.#commandCount += 1;
    const id = `local-${this.#commandCount}`;
    tell(id);
    this.#gate.now();
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    return answer ?? { code: "failed", message: "The agent is stopping." };
  }

  #carryOut(effect: WlbsEffect): void {
    if (effect.kind === "send") this.#beats.send(effect.message);
    else if (effect.kind === "commandDone")
      this.#answers.set(effect.id, { code: effect.code, message: effect.message });
    else if (effect.kind === "log") this.#options.log[effect.level]({}, effect.message);
    else if (effect.kind === "remember") this.#remember(effect.wanted);
    else if (effect.kind === "readSticky") void this.#readSticky();
    else {
      this.#kernel.carryOut(effect);
      void this.#kernel.idle().then(() => this.#restSoon());
    }
  }

  /** Once all that has arrived is read, and not while the kernel is asked: its answers are timed, and leases live on that. */
  #restSoon(): void {
    if (this.#isRestDue) return;
    this.#isRestDue = true;
    setImmediate(() => {
      this.#isRestDue = false;
      this.#restNow();
    });
  }

  #restNow(): void {
    const forMs = this.#kernel.isBusy ? 0 : this.#shell.restMs();
    if (forMs >= 1) this.#options.rest?.(forMs);
  }

  #remember(wanted: Wanted): void {
    if (!this.#isEnding) this.#owner.onRemember(wanted);
  }

  /** Without an answer the machine waits for one detection time and goes on. */
  async #readSticky(): Promise<void> {
    try {
      this.#tellSticky(await this.#options.engine.counters());
    } catch (error) {
      this.#options.log.warn(
        { problem: errorText(error) },
        "the clients of extended affinity cannot be read",
      );
    }
  }

  /** Only what is new: each event makes the machine look at everything. */
  #heed(observation: Observation): void {
    const { probesHeardFrom, claims, sticky } = observation;
    const seen = JSON.stringify([probesHeardFrom, claims]);
    if (seen !== this.#seen) this.#shell.tell({ kind: "seen", probesHeardFrom, claims });
    this.#seen = seen;
    if (sticky.length > 0) this.#tellSticky(observation);
  }

  #tellSticky({ sticky }: Observation): void {
    this.#shell.tell({ kind: "sticky", rules: sticky.map(({ rule, clients }) => ({ name: rule, clients })) });
  }

  #startLoops(): void {
    const { clock, log } = this.#options;
    const loop = (name: string, periodMs: number, run: () => Promise<void>): TaskLoop =>
      startTaskLoop({ name, clock, log, periodMs, run });
    this.#loops = [
      loop("wlbs-repair", repairPeriodMs, () => this.#kernel.repair()),
      loop("wlbs-probe-frames", probePeriodMs, async () => this.#probeFrames()),
    ];
  }

  #probeFrames(): void {
    if (this.#kernel.plane) this.#beats.probe();
    const { rejections } = this.#beats;
    const counts = rejections.counts();
    if (Object.keys(counts).length > 0)
      this.#shell.tell({ kind: "rejected", counts, last: rejections.last() });
  }
}

/** Without the clients of extended affinity, of which there may be thousands. */
function sortingOf({ generation, vips, rules, hashSeed }: DataPlane): Sorting {
  return {
    generation,
    vips: vips.map(({ address }) => address),
    rules: rules.map((rule) => ({ ...rule, sticky: null })),
    hashSeed,
  };
}
