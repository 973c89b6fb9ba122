/**
 * Clients of a simulated cluster: they open TCP connections to ports with and without a rule and end them after a
 * while. Every SYN reaches every kernel, as on a real segment, so it also shows whether exactly one answers.
 */
import type { Flow } from "../sim-kernel.ts";
import type { SimHost } from "../wlbs-host.ts";
import type { WlbsLab } from "../wlbs-lab.ts";

/** Few clients, so that sticky ones come back. */
const CLIENTS = 60;
const UNRULED_PORT = 9999;
/** TCP repeats a SYN after a second, then after two. */
const REPEATS_MS = [1000, 2000];

export class Traffic {
  opened = 0;
  unanswered = 0;
  ended = 0;
  /** Told of every connection before it is opened. */
  onAccept: (host: SimHost, flow: Flow) => void = () => {};
  readonly #lab: WlbsLab;
  readonly #everyMs: number;
  #flows = 0;
  #stopped = false;

  /** @param everyMs mean time between two new connections. */
  constructor(lab: WlbsLab, everyMs: number) {
    this.#lab = lab;
    this.#everyMs = everyMs;
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
  }

  #next(): void {
    const { clock, random } = this.#lab;
    clock.after(random.next() * 2 * this.#everyMs, () => {
      if (this.#stopped) return;
      this.#syn(this.#client(), 0);
      this.#next();
    });
  }

  #client(): Flow {
    const { random, policy } = this.#lab;
    const rule = random.chance(0.1) ? null : random.pick(policy.rules);
    this.#flows += 1;
    return {
      id: this.#flows,
      vip: random.pick(policy.vips).address,
      port: rule ? random.between(rule.startPort, rule.endPort) : UNRULED_PORT,
      client: 0xc6336400 + random.between(0, CLIENTS - 1) * 37,
      clientPort: random.between(1024, 65_535),
    };
  }

  #syn(flow: Flow, tries: number): void {
    const { clock, hosts } = this.#lab;
    const now = clock.now();
    const takers = hosts.filter((host) => host.kernel.takesNew(flow, now));
    const [first, ...others] = takers;
    if (!first) return this.#repeat(flow, tries);
    const what = `the SYN ${flow.id} to port ${flow.port}`;
    for (const other of others) {
      if (remembers(first, flow, now) || remembers(other, flow, now))
        this.#lab.noteClientOverlap(first, other, what);
      else this.#lab.noteOverlap(first, other, what);
    }
    this.#accept(first, flow);
  }

  #repeat(flow: Flow, tries: number): void {
    const waitMs = REPEATS_MS[tries];
    if (waitMs === undefined) this.unanswered += 1;
    else this.#lab.clock.after(waitMs, () => this.#syn(flow, tries + 1));
  }

  #accept(host: SimHost, flow: Flow): void {
    const { clock, random } = this.#lab;
    this.opened += 1;
    this.onAccept(host, flow);
    host.kernel.open(flow, clock.now());
    // Most are short, some outlive every convergence.
    const lifeMs = random.chance(0.8) ? random.between(50, 4000) : random.between(4000, 40_000);
    clock.after(lifeMs, () => {
      if (host.kernel.flows.delete(flow.id)) this.ended += 1;
    });
  }
}

/** Does it know this client by extended affinity? */
function remembers({ kernel }: SimHost, flow: Flow, now: number): boolean {
  const rule = kernel.ruleOf(flow);
  return rule !== null && kernel.isSeen(rule, flow, now);
}
