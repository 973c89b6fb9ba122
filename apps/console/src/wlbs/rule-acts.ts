/** What may be done to a port rule on a host or on all of them (DOMAIN 1.8), and what will happen. Pure. */
import { plural } from "@bulkhead/ui/format.ts";
import { breaking, breakingFirst, type Consequence, calm, listed } from "../acts/consequence.ts";
import type { WlbsVerb } from "../states/cli.ts";
import type { WlbsCluster, WlbsHost, WlbsRule } from "../states/wlbs-states.ts";
import type { Act } from "./acts.ts";
import { ruleShares, ruleView } from "./rule-shares.ts";
import { alsoMeant, ruleTarget, ruleText } from "./rule-text.ts";

export type RuleVerb = Extract<WlbsVerb, "enable" | "disable" | "drain">;

export const ruleVerbs: readonly RuleVerb[] = ["enable", "drain", "disable"];

const verbWords: Record<RuleVerb, string> = { enable: "Enable", drain: "Drain", disable: "Disable" };
const doneStates: Record<RuleVerb, string> = { enable: "enabled", drain: "draining", disable: "disabled" };

/** "Drain rule here", "Drain rule on all hosts". */
export function ruleVerbLabel(verb: RuleVerb, isAll: boolean): string {
  return `${verbWords[verb]} rule ${isAll ? "on all hosts" : "here"}`;
}

/** Why the act is refused now and what would enable it; null when it may be done. */
export function ruleBlockedBy(verb: RuleVerb, rule: WlbsRule, host: WlbsHost): string | null {
  const { node, status } = host;
  if (rule.mode === "disabled") return `The fleet file blocks ${rule.name}: change its mode there.`;
  if (!host.online)
    return `No link to ${node}. On the machine itself: bulkhead-agent wlbs ${verb} ${ruleTarget(rule)}`;
  if (status?.state === "stopped" || status?.state === "suspended")
    return `${node} is ${status.state}: start it first.`;
  if (status?.state === "draining") return `${node} is draining as a whole: start it first.`;
  const view = ruleView(host, rule.name);
  if (!view) return `${node} does not know the rule yet.`;
  return view.state === doneStates[verb] ? `${rule.name} is ${view.state} on ${node} already.` : null;
}

export function ruleAllBlockedBy(verb: RuleVerb, rule: WlbsRule, { hosts }: WlbsCluster): string | null {
  const reasons = hosts.map((host) => ruleBlockedBy(verb, rule, host));
  return reasons.some((reason) => reason === null) ? null : (reasons[0] ?? "The cluster has no hosts.");
}

export interface RulePlace {
  cluster: WlbsCluster;
  rule: WlbsRule;
  /** Null = all hosts of the cluster. */
  host: WlbsHost | null;
}

export function ruleAct(verb: RuleVerb, { cluster, rule, host }: RulePlace): Act {
  const where = host ? `on ${host.node}` : "on all hosts";
  const asked = (host ? [host] : cluster.hosts).filter((each) => ruleBlockedBy(verb, rule, each) === null);
  const leavesNobody = host === null && verb !== "enable";
  return {
    title: `${verbWords[verb]} rule ${rule.name} ${where}`,
    button: `${verbWords[verb]} rule ${where}`,
    lead: `${ruleText(rule)} to ${rule.vip ?? "all virtual IPs"} of ${cluster.name}.`,
    order: {
      cluster: cluster.name,
      host: host?.node ?? null,
      verb,
      target: ruleTarget(rule),
      confirm: leavesNobody,
    },
    lines: breakingFirst([...ruleLines(verb, { cluster, rule, host }, asked), ...alsoLines(cluster, rule)]),
    hasDeadline: false,
    typed: leavesNobody ? rule.name : null,
  };
}

function alsoLines({ rules }: WlbsCluster, rule: WlbsRule): Consequence[] {
  const also = alsoMeant(rules, rule);
  if (also.length === 0) return [];
  return [
    breaking(
      `The command names a port, and ${listed(also)} ${also.length === 1 ? "contains" : "contain"} it too: ${also.length === 1 ? "it is" : "they are"} meant as well.`,
    ),
  ];
}

function ruleLines(verb: RuleVerb, { cluster, rule }: RulePlace, asked: readonly WlbsHost[]): Consequence[] {
  const names = listed(asked.map(({ node }) => node));
  const isOne = asked.length === 1;
  if (verb === "enable")
    return [
      calm(`${names} ${isOne ? "takes its share" : "take their shares"} of ${rule.name} again.`),
      calm("Connections that are open on other hosts stay there until they end."),
    ];
  const open = asked.reduce((sum, host) => sum + (ruleView(host, rule.name)?.openConnections ?? 0), 0);
  const first =
    verb === "drain"
      ? calm(
          `${names} ${isOne ? "takes" : "take"} no new clients of ${rule.name}. ${plural(open, "open connection")} may end in peace.`,
        )
      : cutLine(rule, names, open);
  return [first, heirLine(cluster, rule, asked)];
}

function cutLine(rule: WlbsRule, names: string, open: number): Consequence {
  const dropped = `Everything to ${ruleText(rule)} is dropped on ${names}`;
  if (open === 0) return calm(`${dropped}; no connection is open there now.`);
  return breaking(
    `${dropped}: ${plural(open, "open connection")} ${open === 1 ? "breaks" : "break"} at once.`,
  );
}

function heirLine(cluster: WlbsCluster, rule: WlbsRule, asked: readonly WlbsHost[]): Consequence {
  const gone = new Set(asked.map(({ hostId }) => hostId));
  const left = ruleShares(cluster, rule).filter(({ hostId, target }) => target > 0 && !gone.has(hostId));
  const names = listed(left.map(({ node }) => node));
  if (left.length > 0) return calm(`New clients go to ${names}.`);
  if (rule.mode === "single")
    return calm("New clients go to the host with the next best handling priority, if there is one.");
  return breaking(
    `Nobody is left that takes clients of ${rule.name}: ${ruleText(rule)} answers nobody until a host is enabled.`,
  );
}
