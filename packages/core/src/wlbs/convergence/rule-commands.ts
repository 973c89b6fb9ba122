/**
 * Commands to port rules on this host (DOMAIN 1.8). The buckets of a closed rule go to other hosts: a disabled one is
 * blocked here at once, a draining one keeps its connections and stays draining until it is enabled again.
 */
import { applyRuleStates, install } from "../plane/plane.ts";
import { formatRuleTarget, rulesOf } from "../query/target.ts";
import type { RuleState } from "../types.ts";
import { remember } from "./commands.ts";
import type { RuleVerb, WlbsCode, WlbsEvent } from "./events.ts";
import type { Draft, WlbsState } from "./state.ts";

const STATES: Record<RuleVerb, RuleState> = { enable: "enabled", disable: "disabled", drain: "draining" };

const EFFECTS: Record<RuleVerb, string> = {
  enable: "takes new connections again after convergence",
  disable: "is blocked on this host; other hosts take it over",
  drain: "takes no new connections on this host and keeps the open ones",
};

/** Why this host cannot obey now, or null. */
function guard(s: WlbsState): [WlbsCode, string] | null {
  if (s.run === "suspended") return ["suspended", "The host is suspended and obeys resume only."];
  if (s.run === "stopped") return ["stopped", "The host is stopped; start it first."];
  if (s.run === "draining") {
    return ["draining", "The host is draining; start ends the drain, or wait until it has stopped."];
  }
  return null;
}

/** State of a rule on this host, as `queryport` names it. */
export function ruleStateOf(s: WlbsState, rule: string): RuleState {
  return s.ruleStates[rule] ?? "enabled";
}

function setState(s: WlbsState, rule: string, state: RuleState): void {
  const others = Object.entries(s.ruleStates).filter(([name]) => name !== rule);
  s.ruleStates = Object.fromEntries(state === "enabled" ? others : [...others, [rule, state]]);
}

function obey(draft: Draft, event: WlbsEvent & { kind: "ruleCommand" }): [WlbsCode, string] {
  const { s } = draft;
  const refusal = guard(s);
  if (refusal) return refusal;
  const rules = rulesOf(s.newest?.policy.rules ?? [], event.target);
  if (rules.length === 0) return ["not-found", `No port rule contains ${formatRuleTarget(event.target)}.`];
  const state = STATES[event.verb];
  const names = rules.map(({ name }) => name);
  const changing = names.filter((name) => ruleStateOf(s, name) !== state);
  if (changing.length === 0) return ["already", `${names.join(", ")}: ${state} on this host already.`];
  for (const name of changing) setState(s, name, state);
  applyRuleStates(draft);
  if (s.stage === "member" || s.stage === "joining") install(draft);
  if (s.me) s.lastChange = { hostId: s.me.hostId, cause: "rule-state" };
  draft.urgent = true;
  remember(draft);
  return ["ok", `${changing.join(", ")}: ${EFFECTS[event.verb]}.`];
}

/** Answers with one `commandDone`, at once, and has the outcome remembered. */
export function ruleCommand(draft: Draft, event: WlbsEvent & { kind: "ruleCommand" }): void {
  const [code, message] = obey(draft, event);
  draft.effects.push({ kind: "commandDone", id: event.id, code, message });
}
