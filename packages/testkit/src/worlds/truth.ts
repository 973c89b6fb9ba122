/**
 * What the admin and the services have really done to each host, and what a command must therefore answer: a second, much
 * smaller model of DOMAIN 1.8, against which the machine's answers are held.
 */
import type { HostVerb, PortRule, RuleVerb } from "@bulkhead/core/wlbs";

export type Run = "stopped" | "started" | "draining" | "suspended";
type RuleState = "enabled" | "disabled" | "draining";

export interface Truth {
  run: Run;
  /** Rules that are not enabled by command, by name. */
  rules: Map<string, RuleState>;
  /** Rules whose probe fails. */
  failing: Set<string>;
}

export function freshTruth(): Truth {
  return { run: "started", rules: new Map(), failing: new Set() };
}

/** Code that the command must answer with, and the run state afterwards. DOMAIN 1.8. */
const HOST_VERBS: Record<HostVerb, Record<Run, [code: string, then: Run]>> = {
  start: {
    stopped: ["ok", "started"],
    started: ["already", "started"],
    draining: ["drain-stop", "started"],
    suspended: ["suspended", "suspended"],
  },
  stop: {
    stopped: ["already", "stopped"],
    started: ["ok", "stopped"],
    draining: ["drain-stop", "stopped"],
    suspended: ["suspended", "suspended"],
  },
  drainstop: {
    stopped: ["stopped", "stopped"],
    started: ["ok", "draining"],
    draining: ["already", "draining"],
    suspended: ["suspended", "suspended"],
  },
  suspend: {
    stopped: ["ok", "suspended"],
    started: ["ok", "suspended"],
    draining: ["drain-stop", "suspended"],
    suspended: ["already", "suspended"],
  },
  resume: {
    stopped: ["already", "stopped"],
    started: ["already", "started"],
    draining: ["already", "draining"],
    suspended: ["ok", "stopped"],
  },
};

/** What the verb must answer; changes `truth` accordingly. */
export function applyHostVerb(truth: Truth, verb: HostVerb): string {
  const [code, then] = HOST_VERBS[verb][truth.run];
  truth.run = then;
  return code;
}

const AFTER: Record<RuleVerb, RuleState> = { enable: "enabled", disable: "disabled", drain: "draining" };

/** What the verb on these rules (those that the target names) must answer; changes `truth` accordingly. */
export function applyRuleVerb(truth: Truth, verb: RuleVerb, rules: readonly PortRule[]): string {
  if (truth.run !== "started") return truth.run;
  if (rules.length === 0) return "not-found";
  const changed = rules.filter((rule) => (truth.rules.get(rule.name) ?? "enabled") !== AFTER[verb]);
  for (const rule of changed) {
    if (verb === "enable") truth.rules.delete(rule.name);
    else truth.rules.set(rule.name, AFTER[verb]);
  }
  return changed.length === 0 ? "already" : "ok";
}
