/**
 * Runs the health probes of the port rules on this host and tells every change of a verdict. Each probe has its own
 * rhythm with a start by chance, so that thirty of them do not ask at the same moment; none overlaps itself.
 */
import { judge, type PortRule, type Probe, type ProbeState, unjudged } from "@bulkhead/core/wlbs";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
import type { ProbePlace, WlbsPorts } from "../ports.ts";

export interface Verdict {
  rule: string;
  health: ProbeState["health"];
  text: string | null;
}

export interface ProbeRunnerOptions {
  clock: Clock;
  log: Logger;
  runCheck: WlbsPorts["runCheck"];
  /** 0 <= x < 1. */
  random(): number;
  onVerdict(verdict: Verdict): void;
}

/** What a probe depends on; when it changes, its verdict is worth nothing any more. */
interface Assignment {
  rule: string;
  probe: Probe;
  place: ProbePlace;
}

interface Running {
  assignment: Assignment;
  state: ProbeState;
  cancel(): void;
}

export class ProbeRunner {
  readonly #options: ProbeRunnerOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: ProbeRunnerOptions) {
    this.#options = options;
  }

  /** These rules and no others; a probe that is the same as before goes on undisturbed. */
  use(rules: readonly PortRule[], at: { dedicatedIp: string; vip: string }): void {
    const wanted = new Map(
      rules.flatMap((rule) => {
        const assignment = assignmentOf(rule, at);
        return assignment ? [[rule.name, assignment] as const] : [];
      }),
    );
    for (const [name, { assignment }] of this.#running) {
      if (JSON.stringify(wanted.get(name)) !== JSON.stringify(assignment)) this.#end(name);
    }
    for (const [name, assignment] of wanted) {
      if (!this.#running.has(name)) this.#begin(name, assignment);
    }
  }

  /** The present verdicts, those that nobody knows yet left out. */
  verdicts(): Verdict[] {
    return [...this.#running].flatMap(([rule, { state }]) =>
      state.health === "unknown" ? [] : [{ rule, health: state.health, text: state.text }],
    );
  }

  stop(): void {
    for (const name of this.#running.keys()) this.#end(name);
  }

  #begin(name: string, assignment: Assignment): void {
    const running: Running = { assignment, state: unjudged, cancel: () => undefined };
    this.#running.set(name, running);
    this.#plan(running, this.#options.random() * assignment.probe.periodMs);
  }

  #end(name: string): void {
    this.#running.get(name)?.cancel();
    this.#running.delete(name);
  }

  #plan(running: Running, delayMs: number): void {
    running.cancel = this.#options.clock.after(delayMs, () => void this.#ask(running));
  }

  async #ask(running: Running): Promise<void> {
    const { clock, log, runCheck } = this.#options;
    const { rule, probe, place } = running.assignment;
    const began = clock.monotonicMs();
    try {
      const outcome = await runCheck(probe.check, place);
      // Replaced or stopped while it asked.
      if (this.#running.get(rule) !== running) return;
      this.#take(running, outcome);
    } catch (error) {
      log.error({ rule, problem: errorText(error) }, "a health probe could not be judged");
    }
    this.#plan(running, Math.max(0, probe.periodMs - (clock.monotonicMs() - began)));
  }

  #take(running: Running, outcome: { ok: boolean; text: string }): void {
    const { rule, probe } = running.assignment;
    const before = running.state;
    running.state = judge(before, probe, outcome);
    const { health, text } = running.state;
    if (health === "unknown" || (health === before.health && text === before.text)) return;
    if (health !== before.health)
      this.#options.log.info({ rule, word: text }, `the health probe says ${health}`);
    this.#options.onVerdict({ rule, health, text });
  }
}

function assignmentOf(rule: PortRule, at: { dedicatedIp: string; vip: string }): Assignment | null {
  if (rule.probe === null || rule.mode === "disabled") return null;
  const { timeoutMs } = rule.probe;
  const place = { rule: rule.name, dedicatedIp: at.dedicatedIp, vip: rule.vip ?? at.vip, timeoutMs };
  return { rule: rule.name, probe: rule.probe, place };
}
