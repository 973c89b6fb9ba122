/**
 * A whole WLBS cluster in one process under a fake clock: N simulated hosts, seeded weather, and checkers that
 * look at the kernels (not at what the agents believe) whenever one of them may own more than before.
 */
import { statusOf, type WlbsMessage, type WlbsPolicy } from "@bulkhead/core/wlbs";
import { CutWatch } from "./checks/connections.ts";
import { ownedShare } from "./checks/coverage.ts";
import { EpochWatch } from "./checks/epochs.ts";
import { overlapOf } from "./checks/overlap.ts";
import type { CheckName, Violation } from "./checks/violation.ts";
import { FakeClock } from "./fake-clock.ts";
import { labPolicy } from "./lab-policy.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Flow } from "./sim-kernel.ts";
import { type Deafness, STEADY, Weather } from "./weather.ts";
import { SimHost } from "./wlbs-host.ts";

/** The kernel is read every second, what it remembers is told every second and gathered every second, then installed. */
export const STICKY_SETTLE_MS = 3500;

/** Clocks and timers of hosts are this much out at most over a detection time. */
const SLACK_MS = 2;

/**
 * A host is waited for no longer when it has been silent for all but 1.75 periods of the detection time, but 1.1 periods at
 * least, and taken for lost after all of it. The first message that is missing was due up to one period after the last.
 */
function deafnessOf({ heartbeat: { periodMs, tolerance } }: WlbsPolicy): Deafness {
  const silence = Math.max(1.1, tolerance - 1.75);
  return { shortMs: (silence - 1) * periodMs - SLACK_MS, longMs: (tolerance - 1) * periodMs - SLACK_MS };
}

export class WlbsLab {
  readonly seed: number;
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly weather: Weather;
  readonly hosts: SimHost[] = [];
  /** The newest policy that any host has been given. */
  policy: WlbsPolicy;
  /** Promises that were broken. Must stay empty. */
  readonly violations: Violation[] = [];
  readonly cuts = new CutWatch();
  readonly epochs = new EpochWatch();
  /** Two kernels took the same new flows while cut off from each other: the price of partition policy `serve`. */
  splitOverlaps = 0;
  /**
   * The same under `majority`, where some host had no vote left in the old cluster and helped to form another one behind a
   * cut: see docs/simulation.md.
   */
  forgottenOverlaps = 0;
  /** Both answered a client that one of them remembers, before they had told each other. */
  clientOverlaps = 0;
  readonly #forgotAt = new Map<number, number>();
  messages = 0;
  #flows = 0;
  /** What the story did, for reports. */
  readonly notes: string[] = [];
  /** How much of every log a report shows. */
  logLines = 6;

  readonly #isSteady: boolean;

  /** @param options.steady nothing depends on the seed: every datagram takes half a millisecond, every install 20. */
  constructor(options: { seed: number; hosts: number; policy?: Partial<WlbsPolicy>; steady?: boolean }) {
    this.seed = options.seed;
    this.#isSteady = options.steady ?? false;
    this.random = randomFrom(options.seed);
    this.policy = labPolicy(options.hosts, options.policy);
    this.weather = new Weather({ clock: this.clock, random: this.random, deafness: deafnessOf(this.policy) });
    if (this.#isSteady) this.weather.climate = STEADY;
    for (const { node, hostId } of this.policy.hosts) this.hosts.push(this.#makeHost(node, hostId));
  }

  /** What hosts are given from now on, at boot and by `givePolicy`. */
  usePolicy(policy: WlbsPolicy): void {
    this.policy = policy;
    this.weather.deafness = deafnessOf(policy);
  }

  #makeHost(node: string, hostId: number): SimHost {
    const host: SimHost = new SimHost(
      { node, hostId },
      {
        clock: this.clock,
        random: this.random,
        isSteady: this.#isSteady,
        send: (message) => this.#broadcast(host, message),
        onKernel: (cut, grew) => this.#onKernel(host, cut, grew),
        onStep: () => this.#onStep(host),
      },
    );
    return host;
  }

  /** A further machine that is not in the list of hosts, or claims an ID that is taken. */
  addStranger(node: string, hostId: number): SimHost {
    const host = this.#makeHost(node, hostId);
    this.hosts.push(host);
    return host;
  }

  #broadcast(from: SimHost, message: WlbsMessage): void {
    this.messages += 1;
    for (const to of this.hosts) {
      if (to !== from)
        this.weather.carry(from.node, to.node, {
          isThere: () => to.alive,
          arrive: () => to.receive(message),
        });
    }
  }

  host(node: string): SimHost {
    const found = this.hosts.find((host) => host.node === node);
    if (!found) throw new Error(`the lab has no host ${node}`);
    return found;
  }

  bootAll(): void {
    for (const host of this.hosts) host.boot(this.policy);
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  /** Lets time pass until `condition`; throws with the seed when that takes longer than `ms`. Returns how long. */
  until(condition: () => boolean, what: string, ms = 10_000): number {
    const start = this.clock.now();
    while (!condition()) {
      if (this.clock.now() - start > ms) throw new Error(this.report(`not within ${ms} ms: ${what}`));
      this.clock.advance(5);
    }
    return this.clock.now() - start;
  }

  /** Does this host take new flows now? */
  serves(host: SimHost): boolean {
    return host.kernel.serves(this.clock.now());
  }

  /** Hosts that have been told to take part and are in one stable epoch with exactly each other. */
  isTogether(nodes: readonly string[]): boolean {
    return nodes.every((node) => {
      const { view, phase } = this.host(node).state;
      return view?.order === "stable" && phase === "applied" && view.members.length === nodes.length;
    });
  }

  /** `isTogether`, and every bucket of every rule has exactly one owner. */
  isConverged(nodes: readonly string[]): boolean {
    return this.isTogether(nodes) && this.policy.rules.every((_, slot) => this.ownedOnce(slot) === 4096);
  }

  /** How many buckets of the rule in this slot have exactly one host that takes new flows; -1 = some have two. */
  ownedOnce(slot: number): number {
    const planes = this.hosts.filter((host) => this.serves(host)).map((host) => host.kernel.plane);
    return ownedShare(
      planes.filter((plane) => plane !== null),
      slot,
    );
  }

  /** A client that was never seen before, to this port of the primary virtual IP. */
  nextFlow(port: number): Flow {
    this.#flows += 1;
    return {
      id: this.#flows,
      vip: this.policy.vips[0]?.address ?? "",
      port,
      client: 0xc6336400 + this.#flows,
      clientPort: 1024 + (this.#flows % 60_000),
    };
  }

  fail(check: CheckName, text: string): void {
    this.violations.push({ check, at: this.clock.now(), text });
  }

  #onKernel(host: SimHost, cut: readonly Flow[], grew: boolean): void {
    for (const flow of cut) {
      const why = this.cuts.whyWrong(host.node, flow);
      if (why) this.fail("connections", why);
    }
    if (grew) this.#checkOwners(host);
  }

  #onStep(host: SimHost): void {
    const { state } = host;
    const now = this.clock.now();
    if (state.stage === "leaving" || state.stage === "failed") this.noteForgetting(host);
    const wrong = this.epochs.note(host.node, {
      state,
      now,
      status: () => statusOf(state, host.clock.now()),
    });
    for (const { check, text } of wrong) this.fail(check, text);
  }

  #checkOwners(changed: SimHost): void {
    const { plane } = changed.kernel;
    if (!plane || !this.serves(changed)) return;
    for (const other of this.hosts) {
      if (other === changed || !this.serves(other) || !other.kernel.plane) continue;
      const common = overlapOf(plane, other.kernel.plane);
      if (common) this.noteOverlap(changed, other, common);
    }
  }

  /** Two hosts would answer the same new flow: the price of `serve` across a cut, and wrong anywhere else. */
  noteOverlap(a: SimHost, b: SimHost, what: string): void {
    const isSplit = this.#wereSplit(a, b, 0);
    const isServe = this.policy.partition === "serve";
    if (isServe && (isSplit || this.#isStranger(a, b) || this.#isStranger(b, a))) this.splitOverlaps += 1;
    else if (isSplit && this.#haveForgotten(a, b)) this.forgottenOverlaps += 1;
    else this.fail("owners", `${a.node} and ${b.node} both take ${what}`);
  }

  /**
   * Two hosts would answer the same client of a rule with extended affinity, at least one of them because it remembers it. They
   * tell each other every second, so it may be so for a while after a split or after either has changed its epoch.
   */
  noteClientOverlap(a: SimHost, b: SimHost, what: string): void {
    const movedAt = Math.max(this.epochs.movedAt(a.node), this.epochs.movedAt(b.node));
    const isRecent = this.clock.now() - movedAt < STICKY_SETTLE_MS || this.#wereSplit(a, b, STICKY_SETTLE_MS);
    if (isRecent) this.clientOverlaps += 1;
    else this.fail("sticky", `${a.node} and ${b.node} both take ${what}`);
  }

  /**
   * An agent that has started joins whom it hears. Of another part of a split cluster it may have heard nothing since it
   * started, and its word that it is a member may not have been heard there yet, or never will: that agent may be dead.
   */
  #isStranger(newcomer: SimHost, other: SimHost): boolean {
    const [one, two] = [newcomer.node, other.node];
    const hasHeard = this.weather.hasArrived(two, one, newcomer.startedAt);
    return !hasHeard && !this.weather.hasHeardSentAfter(one, two, this.epochs.movedAt(one));
  }

  #wereSplit(a: SimHost, b: SimHost, longerMs: number): boolean {
    const { periodMs, tolerance } = this.policy.heartbeat;
    return this.weather.werePartitioned(a.node, b.node, 3 * periodMs * tolerance + longerMs);
  }

  /** This host has no vote in its old cluster any more: it said farewell, or its kernel refused. */
  noteForgetting(host: SimHost): void {
    this.#forgotAt.set(host.hostId, this.clock.now());
  }

  /** Has some host of either side lost its vote since the two were last in one epoch? */
  #haveForgotten(a: SimHost, b: SimHost): boolean {
    const since = Math.max(this.epochs.together(a.node, b.hostId), this.epochs.together(b.node, a.hostId));
    const members = [a, b].flatMap((host) => host.state.view?.members.map(({ hostId }) => hostId) ?? []);
    return members.some((hostId) => (this.#forgotAt.get(hostId) ?? Number.NEGATIVE_INFINITY) > since);
  }

  /** What a failing test prints: seed first, then the story, then what every host says. */
  report(problem: string): string {
    const lines = this.hosts.map((host) => {
      if (!host.alive) return `  ${host.node}: dead`;
      const { state, epoch, cause, ownedCount } = statusOf(host.state, host.clock.now());
      const recent = host.log.slice(-this.logLines).map((line) => `      ${line}`);
      return [`  ${host.node}: ${state}, epoch ${epoch}, owns ${ownedCount}, ${cause}`, ...recent].join("\n");
    });
    const story = this.notes.slice(-4 * this.logLines).map((note) => `  ${note}`);
    return [`seed ${this.seed}: ${problem} at ${this.clock.now().toFixed(1)}`, ...story, ...lines].join("\n");
  }
}
