/**
 * One WLBS host in the agent's main thread: everything that may wait. It gives the driver its orders, tells it what
 * the machine here shows (link, connections, health), and puts together what people see.
 */
import { sortConnections, type WlbsPolicy, type WlbsStatus } from "@bulkhead/core/wlbs";
import type { CommandResult, HeartbeatKey } from "@bulkhead/protocol";
import { errorText, type HalfContext, startTaskLoop, type TaskLoop } from "@bulkhead/runtime";
import { type Args, runCommand } from "./commands.ts";
import type { DriverStatus, Finding, Sorting } from "./driver/driver-types.ts";
import { memberOf } from "./member.ts";
import { Memory } from "./memory.ts";
import type { Link, SupervisedDriver, WlbsPorts } from "./ports.ts";
import { ProbeRunner } from "./probes/probe-runner.ts";
import { TrafficSum } from "./traffic.ts";

/** Counters and connections are read this often; peers and admins see them no fresher. */
const samplePeriodMs = 1_000;
/** Connections are counted anew after so many times as long as the last count took, but while something drains every time. */
const countRestTimes = 400;
const countRestMaxMs = 5_000;

export class WlbsHost {
  readonly #context: HalfContext;
  readonly #ports: WlbsPorts;
  readonly #memory: Memory;
  readonly #driver: SupervisedDriver;
  readonly #probes: ProbeRunner;
  readonly #traffic = new TrafficSum();
  #policy: WlbsPolicy | null = null;
  #interface = "";
  /** As the driver was told last. */
  #link: Link | null = null;
  #reported: DriverStatus | null = null;
  #openConnections = 0;
  #countAgainAt = 0;
  #loop: TaskLoop | null = null;
  #sampleProblem: string | null = null;

  constructor(context: HalfContext, ports: WlbsPorts) {
    const { clock, log } = context;
    this.#context = context;
    this.#ports = ports;
    this.#memory = new Memory(context.stateDir);
    if (this.#memory.problem !== null) log.warn({}, this.#memory.problem);
    this.#driver = ports.createDriver(
      {
        context,
        nextIncarnation: () => this.#memory.nextIncarnation(clock.nowMs()),
        wanted: () => this.#memory.wanted,
        onReplaced: () => this.#tellAll(),
      },
      {
        onStatus: (status) => this.#take(status),
        onRemember: (wanted) => this.#memory.remember(wanted),
        onLastCount: ({ traffic }) => {
          this.#traffic.take(traffic);
          // With the plane the connections go.
          this.#openConnections = 0;
        },
      },
    );
    this.#probes = new ProbeRunner({
      clock,
      log,
      runCheck: (check, place) => ports.runCheck(check, place),
      random: Math.random,
      onVerdict: (verdict) => this.#tell({ kind: "health", ...verdict }),
    });
  }

  async apply(policy: WlbsPolicy, keys: readonly HeartbeatKey[]): Promise<void> {
    const me = memberOf(policy, this.#context.node);
    const link = await this.#ports.readLink(me.interface);
    if (link.mac === null)
      throw new Error(`There is no interface ${me.interface} on this host. Correct it in the fleet file.`);
    await this.#driver.apply({ policy, keys, resume: this.#memory.wanted });
    this.#policy = policy;
    this.#interface = me.interface;
    this.#tellLink(link);
    this.#probes.use(policy.rules, { dedicatedIp: me.dedicatedIp, vip: policy.vips[0]?.address ?? "" });
    const { clock, log } = this.#context;
    const run = (): Promise<void> => this.#sample();
    this.#loop ??= startTaskLoop({ name: "wlbs-sample", clock, log, periodMs: samplePeriodMs, run });
  }

  /** Null before the driver has reported for the first time. */
  status(): WlbsStatus | null {
    if (!this.#reported) return null;
    const { machine, kernelError, leaseAlive, rejectedBeats } = this.#reported;
    return {
      ...machine,
      lastError:
        this.#driver.problem ??
        machine.lastError ??
        kernelError ??
        this.#memory.problem ??
        this.#sampleProblem,
      openConnections: this.#openConnections,
      // The machine counts only what it waits for; people see the latest count.
      drain: machine.drain && { ...machine.drain, openConnections: this.#openConnections },
      leaseAlive: leaseAlive && this.#driver.isRunning,
      rejectedBeats,
      traffic: this.#traffic.total,
    };
  }

  async command(verb: string, args: Args): Promise<CommandResult> {
    const status = (): WlbsStatus => {
      const now = this.status();
      if (!now) throw new Error("The heartbeats of this host are being started; ask once more in a second.");
      return now;
    };
    const ground = { driver: this.#driver, status, policy: () => this.#policy };
    try {
      return await runCommand(ground, verb, args);
    } catch (error) {
      return { code: "failed", message: errorText(error) };
    }
  }

  /** The agent ends, the connections stay. */
  async leave(): Promise<void> {
    await this.#stopLoops();
    try {
      await this.#driver.leave();
    } catch (error) {
      // The lease in the kernel ends by itself; nothing else is to be done on the way out.
      this.#context.log.warn({ problem: errorText(error) }, "the buckets could not be handed over");
    }
  }

  async release(): Promise<void> {
    await this.#stopLoops();
    await this.#driver.release();
    this.#memory.forget();
  }

  async #stopLoops(): Promise<void> {
    this.#probes.stop();
    await this.#loop?.stop();
  }

  #take(status: DriverStatus): void {
    this.#reported = status;
    this.#context.onStatus();
  }

  async #sample(): Promise<void> {
    this.#memory.retry();
    try {
      await this.#readLink();
      await this.#readKernel();
      this.#sampleProblem = null;
    } catch (error) {
      this.#sampleProblem = `Counters and connections cannot be read: ${errorText(error)}`;
      this.#context.log.warn({ problem: errorText(error) }, "counters and connections cannot be read");
    }
    this.#context.onStatus();
  }

  async #readLink(): Promise<void> {
    const link = await this.#ports.readLink(this.#interface);
    if (JSON.stringify(link) !== JSON.stringify(this.#link)) this.#tellLink(link);
  }

  async #readKernel(): Promise<void> {
    const sample = await this.#driver.sample();
    if (!sample) {
      this.#openConnections = 0;
      return;
    }
    this.#traffic.take(sample.traffic);
    const { clock } = this.#context;
    const began = clock.monotonicMs();
    if (began < this.#countAgainAt && !this.#isDraining) return;
    await this.#countConnections(sample.sorting);
    // The kernel walks through all of its sockets for it, which takes longer the more memory the machine has.
    const costMs = clock.monotonicMs() - began;
    this.#countAgainAt = began + Math.min(countRestMaxMs, costMs * countRestTimes);
  }

  /** Somebody waits for the last connection, or a redistribution is not long ago. */
  get #isDraining(): boolean {
    const machine = this.#reported?.machine;
    return !machine || machine.drain !== null || machine.state !== "converged" || machine.drainingCount > 0;
  }

  async #countConnections(sorting: Sorting): Promise<void> {
    const connections = await this.#ports.readConnections(sorting.vips);
    const sorted = sortConnections(sorting.rules, connections, sorting.hashSeed);
    this.#openConnections = sorted.open;
    await this.#driver.counted({ ...sorted, generation: sorting.generation });
  }

  /** A driver that has just ended is told by `#tellAll` when the next one is there. */
  #tell(finding: Finding): void {
    this.#driver.tell(finding).catch(() => undefined);
  }

  #tellLink(link: Link): void {
    this.#link = { ...link };
    this.#tell({ kind: "link", ...link });
  }

  #tellAll(): void {
    if (this.#link) this.#tellLink(this.#link);
    for (const verdict of this.#probes.verdicts()) this.#tell({ kind: "health", ...verdict });
  }
}
