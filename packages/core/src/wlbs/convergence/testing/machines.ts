/**
 * A few machines on a perfect network, for tests of what they decide: messages take half a millisecond, kernels do at
 * once what they are told. Bad weather, slow kernels and crashes are in packages/testkit.
 */
import type { DataPlane, WlbsPolicy } from "../../types.ts";
import type { Wanted, WlbsEffect, WlbsEvent } from "../events.ts";
import { initialState } from "../initial-state.ts";
import type { WlbsMessage } from "../messages.ts";
import type { WlbsState } from "../state.ts";
import { step } from "../step.ts";

type Unstamped = WlbsEvent extends infer Event
  ? Event extends { now: number }
    ? Omit<Event, "now">
    : never
  : never;

export class Machine {
  readonly node: string;
  state: WlbsState;
  wakeAt: number | null = null;
  plane: DataPlane | null = null;
  leaseUntil = 0;
  isCut = false;
  /** Installs so far. */
  installs = 0;
  effects: WlbsEffect[] = [];
  /** Sticky clients that the kernel remembers, by rule. */
  clients: Record<string, string[]> = {};

  constructor(node: string, incarnation: number) {
    this.node = node;
    this.state = initialState({ incarnation });
  }

  answers(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === "commandDone" ? [effect.code] : []));
  }

  remembered(): Wanted[] {
    return this.effects.flatMap((effect) => (effect.kind === "remember" ? [effect.wanted] : []));
  }

  owned(rule: string): number {
    const table = this.plane?.rules.find(({ name }) => name === rule)?.table ?? null;
    if (table === null) return 0;
    return this.plane?.tables[table]?.marks.reduce((sum, mark) => sum + (mark === 1 ? 1 : 0), 0) ?? 0;
  }
}

const MESSAGE_MS = 0.5;

export class Machines {
  now = 1_000_000;
  readonly hosts: Machine[];
  policy: WlbsPolicy;
  #waiting: { at: number; run: () => void }[] = [];

  constructor(policy: WlbsPolicy) {
    this.policy = policy;
    this.hosts = policy.hosts.map(({ node }, i) => new Machine(node, 1000 + i));
  }

  host(node: string): Machine {
    const found = this.hosts.find((host) => host.node === node);
    if (!found) throw new Error(`there is no machine ${node}`);
    return found;
  }

  /** Everybody gets the policy and, unless it says otherwise, starts; returns when nothing more happens. */
  boot(resume: Wanted | null = null): this {
    for (const host of this.hosts)
      this.tell(host, { kind: "policy", policy: this.policy, node: host.node, resume });
    this.run(3000);
    // Until then buckets drain in which an earlier agent may have left connections.
    const nothing = Object.fromEntries(this.policy.rules.map(({ name }) => [name, []]));
    for (const { node } of this.hosts) this.count(node, nothing);
    return this.run(6000);
  }

  tell(host: Machine, event: Unstamped): void {
    const result = step(host.state, { ...event, now: this.now });
    host.state = result.state;
    host.wakeAt = result.wakeAt;
    host.effects.push(...result.effects);
    for (const effect of result.effects) this.#carryOut(host, effect);
  }

  /** It reads this message now. */
  hear(host: Machine, message: WlbsMessage): void {
    this.tell(host, { kind: "messages", messages: [{ message, heardAt: this.now }] });
  }

  command(
    node: string,
    verb: "start" | "stop" | "drainstop" | "suspend" | "resume",
    deadlineMs: number | null = null,
  ): string {
    const host = this.host(node);
    this.tell(host, { kind: "command", verb, deadlineMs, id: verb });
    return host.answers().at(-1) ?? "";
  }

  rule(node: string, verb: "enable" | "disable" | "drain", port: number | null): string {
    const host = this.host(node);
    this.tell(host, { kind: "ruleCommand", verb, target: { vip: null, port }, id: verb });
    return host.answers().at(-1) ?? "";
  }

  /** Says of every rule how many connections are open, and in which buckets. */
  count(node: string, rules: Record<string, number[]>): void {
    const rows = Object.entries(rules).map(([name, buckets]) => ({ name, open: buckets.length, buckets }));
    const open = rows.reduce((sum, row) => sum + row.open, 0);
    this.tell(this.host(node), { kind: "connections", open, rules: rows });
  }

  /** Owners of a rule's buckets by node; those of hosts that own none are not in it. */
  shares(rule: string): Record<string, number> {
    const rows = this.hosts.map((host) => [host.node, this.serves(host) ? host.owned(rule) : 0] as const);
    return Object.fromEntries(rows.filter(([, owned]) => owned > 0));
  }

  serves(host: Machine): boolean {
    return host.leaseUntil > this.now;
  }

  run(ms: number): this {
    const end = this.now + ms;
    for (;;) {
      const wakes = this.hosts.map(({ wakeAt }) => wakeAt ?? Number.POSITIVE_INFINITY);
      const next = Math.min(...wakes, ...this.#waiting.map(({ at }) => at));
      if (next > end) break;
      this.now = next;
      const due = this.#waiting.filter(({ at }) => at <= next);
      this.#waiting = this.#waiting.filter(({ at }) => at > next);
      for (const { run } of due) run();
      for (const host of this.hosts)
        if ((host.wakeAt ?? Number.POSITIVE_INFINITY) <= next) this.tell(host, { kind: "wake" });
    }
    this.now = end;
    return this;
  }

  #carryOut(host: Machine, effect: WlbsEffect): void {
    if (effect.kind === "send" && !host.isCut) {
      const { message } = effect;
      const others = this.hosts.filter((other) => other !== host && !other.isCut);
      const run = () => others.forEach((other) => this.hear(other, message));
      this.#waiting.push({ at: this.now + MESSAGE_MS, run });
    }
    if (effect.kind === "renewLease") host.leaseUntil = effect.leaseUntil;
    if (effect.kind === "install") this.#install(host, effect);
    if (effect.kind === "remove") {
      host.plane = null;
      host.leaseUntil = 0;
      this.#confirm(host, effect.generation);
    }
    if (effect.kind === "readSticky")
      this.#waiting.push({
        at: this.now,
        run: () =>
          this.tell(host, {
            kind: "sticky",
            rules: Object.entries(host.clients).map(([name, clients]) => ({ name, clients })),
          }),
      });
  }

  #install(host: Machine, { plane, leaseUntil }: WlbsEffect & { kind: "install" }): void {
    host.plane = plane;
    host.leaseUntil = leaseUntil;
    host.installs += 1;
    this.#confirm(host, plane.generation);
  }

  #confirm(host: Machine, generation: number): void {
    this.#waiting.push({
      at: this.now,
      run: () => this.tell(host, { kind: "installed", generation, error: null }),
    });
  }
}
