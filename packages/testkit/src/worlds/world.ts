/**
 * One simulated world: a cluster made from a seed, what has been done to it, and what must therefore be true. The story (in
 * `story.ts`) acts on it, the faults (in `faults.ts`) are its verbs.
 */
import type { HostVerb, PortRule, RuleVerb, WlbsPolicy } from "@bulkhead/core/wlbs";
import type { Random } from "../random.ts";
import type { SimHost } from "../wlbs-host.ts";
import { WlbsLab } from "../wlbs-lab.ts";
import { makePolicy } from "./make-policy.ts";
import { Traffic } from "./traffic.ts";
import { applyHostVerb, applyRuleVerb, freshTruth, type Truth } from "./truth.ts";

/** Long enough for a plane that was asked for before a rule was enabled again to have landed. */
const LATE_PLANE_MS = 20_000;
/** An agent that starts has reached its controller after this. */
const CONTROLLER_MS = 1000;

export class World {
  readonly lab: WlbsLab;
  readonly random: Random;
  readonly traffic: Traffic;
  /** By node. */
  readonly truth = new Map<string, Truth>();
  /** Numbers of rules are never used twice. */
  nextRule = 10;
  /** A kernel has left an install unanswered since the last calm. */
  hadHungKernel = false;

  constructor(seed: number, hosts: number, change: Partial<WlbsPolicy> = {}) {
    this.lab = new WlbsLab({ seed, hosts });
    this.random = this.lab.random;
    this.lab.usePolicy({ ...makePolicy(hosts, this.random), ...change });
    for (const host of this.lab.hosts) this.truth.set(host.node, freshTruth());
    this.traffic = new Traffic(this.lab, 60);
  }

  get detectMs(): number {
    const { periodMs, tolerance } = this.lab.policy.heartbeat;
    return periodMs * tolerance;
  }

  note(text: string): void {
    this.lab.notes.push(`${this.lab.clock.now().toFixed(0)} ${text}`);
  }

  truthOf(host: SimHost): Truth {
    const truth = this.truth.get(host.node);
    if (!truth) throw new Error(`nothing is known of ${host.node}`);
    return truth;
  }

  /** Hosts that must be in the cluster when nothing is wrong any more. */
  expected(): SimHost[] {
    return this.lab.hosts.filter(
      (host) => host.alive && !host.frozen && ["started", "draining"].includes(this.#runOf(host)),
    );
  }

  /** A drain ends by itself; that is the only change that nobody has asked for at that moment. */
  #runOf(host: SimHost): Truth["run"] {
    const truth = this.truthOf(host);
    if (truth.run === "draining" && host.disk?.run === "stopped") truth.run = "stopped";
    return truth.run;
  }

  /** Probes start anew, as unknown, with the agent; it begins with the policy on its disk, and then hears of the newest. */
  boot(host: SimHost): void {
    this.truthOf(host).failing.clear();
    host.boot();
    this.lab.clock.after(CONTROLLER_MS, () => this.givePolicy(host));
  }

  command(host: SimHost, verb: HostVerb, deadlineMs: number | null = null): void {
    if (!host.alive || host.frozen) return;
    this.#runOf(host);
    const truth = this.truthOf(host);
    const cuts = verb === "stop" || verb === "suspend" || (verb === "drainstop" && deadlineMs !== null);
    if (cuts && truth.run !== "suspended") this.lab.cuts.permitAll(host.node);
    const code = applyHostVerb(truth, verb);
    this.#expect(host, { what: verb, code, act: () => host.command(verb, { deadlineMs }) });
  }

  /** On the rule, or on all when it is null. */
  ruleCommand(host: SimHost, verb: RuleVerb, rule: PortRule | null): void {
    if (!host.alive || host.frozen) return;
    this.#runOf(host);
    const rules = rule ? [rule] : (host.policy?.rules ?? []);
    const known = rules.filter((one) => host.policy?.rules.some(({ name }) => name === one.name));
    const truth = this.truthOf(host);
    if (verb === "disable" && truth.run === "started") this.#permit(host, known);
    const code = applyRuleVerb(truth, verb, known);
    if (code === "ok" && verb !== "disable") this.#forbidLater(host, known);
    const target = { vip: null, port: rule?.startPort ?? null };
    this.#expect(host, {
      what: `${verb} ${rule?.name ?? "all"}`,
      code,
      act: () => host.ruleCommand(verb, target),
    });
  }

  #permit(host: SimHost, rules: readonly PortRule[]): void {
    for (const { startPort, endPort } of rules)
      for (let port = startPort; port <= endPort; port += 1) this.lab.cuts.permitPort(host.node, port);
  }

  #forbidLater(host: SimHost, rules: readonly PortRule[]): void {
    this.lab.clock.after(LATE_PLANE_MS, () => {
      const truth = this.truthOf(host);
      for (const { name, startPort, endPort } of rules) {
        const inPolicy = this.lab.policy.rules.find((rule) => rule.name === name);
        if (truth.rules.get(name) === "disabled" || inPolicy?.mode === "disabled") continue;
        for (let port = startPort; port <= endPort; port += 1) this.lab.cuts.forbidPort(host.node, port);
      }
    });
  }

  /** The machine must answer as the small model of DOMAIN 1.8 does. */
  #expect(host: SimHost, told: { what: string; code: string; act(): void }): void {
    const { what, code } = told;
    const before = host.answers.length;
    told.act();
    const answer = host.answers[before]?.code ?? "no answer";
    this.note(`${host.node} ${what}: ${answer}`);
    if (answer !== code)
      this.lab.fail("codes", `${host.node} answers ${what} with ${answer} instead of ${code}`);
  }

  probe(host: SimHost, rule: PortRule, isHealthy: boolean): void {
    if (!host.alive || host.frozen) return;
    const { failing } = this.truthOf(host);
    if (isHealthy) failing.delete(rule.name);
    else failing.add(rule.name);
    host.probe(rule.name, isHealthy);
    this.note(`${host.node} probe of ${rule.name} ${isHealthy ? "healthy" : "failing"}`);
  }

  /** Everybody gets the policy, one after the other; whoever is dead finds it when it boots. */
  apply(policy: WlbsPolicy, what: string, closes: readonly number[]): void {
    this.note(`policy: ${what}`);
    for (const port of closes)
      for (const host of this.lab.hosts)
        for (let i = 0; i < 10; i += 1) this.lab.cuts.permitPort(host.node, port + i);
    this.lab.usePolicy(policy);
    for (const host of this.lab.hosts) {
      const late = this.random.chance(0.1) ? 3 * this.detectMs : 300;
      this.lab.clock.after(this.random.next() * late, () => this.givePolicy(host));
    }
  }

  /** The newest policy, as the controller would push it; a dead host has it on its disk only when it lived then. */
  givePolicy(host: SimHost): void {
    if (!host.alive) return;
    host.givePolicy(this.lab.policy);
  }
}
