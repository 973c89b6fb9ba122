/** What the hosts of a cluster can be asked, apart from their live picture (DOMAIN 1.8): nothing of it changes anything. Pure. */
import type { Inputs } from "../api/trpc.ts";
import type { WlbsCluster, WlbsHost, WlbsRule } from "../states/wlbs-states.ts";
import { ruleTarget, ruleText } from "./rule-text.ts";

type Ask = Inputs["wlbs"]["ask"];
export type QuestionVerb = NonNullable<Ask["verb"]>;

/** A question that hosts answer in their own words. */
export interface HostsQuestion {
  kind: "hosts";
  title: string;
  /** What the answer tells, one sentence. */
  lead: string;
  order: { cluster: string; host: string | null; verb: QuestionVerb; target: string | null };
}

/** The cluster MACs of an address (`ip2mac`): counted, so nobody needs to be asked. */
export interface MacsQuestion {
  kind: "macs";
  /** What stands in the field at first. */
  address: string;
}

export type Question = HostsQuestion | MacsQuestion;

interface Words {
  /** The entry of the menu. */
  label: string;
  lead: string;
}

const words: Record<QuestionVerb, Words> = {
  query: { label: "State and members", lead: "State, epoch and members, as the host itself sees them." },
  display: {
    label: "Everything it knows",
    lead: "Parameters, port rules, state, findings and the last convergences.",
  },
  params: {
    label: "Parameters in force",
    lead: "What the host works by now, whatever the fleet file says.",
  },
  counters: { label: "Counters of its kernel", lead: "What the kernel has counted, by rule and virtual IP." },
  queryport: {
    label: "State of all port rules",
    lead: "State, probe, connections and packets of each rule.",
  },
};

/** In the order of the menus. */
export const questionVerbs: readonly QuestionVerb[] = ["query", "display", "params", "counters", "queryport"];

/** "State and members (query)": the word of the command line stands with it. */
export const questionLabel = (verb: QuestionVerb) => `${words[verb].label} (${verb})`;

/** Why nobody would answer now and what helps; null when the question may be asked. */
export function unaskable(verb: QuestionVerb, hosts: readonly Pick<WlbsHost, "node" | "online">[]) {
  if (hosts.some(({ online }) => online)) return null;
  const [host] = hosts;
  if (!host) return "The cluster has no hosts.";
  const target = verb === "queryport" ? " all" : "";
  return hosts.length > 1
    ? `No link to any host. On a machine itself: bulkhead-agent wlbs ${verb}${target}`
    : `No link to ${host.node}. On the machine itself: bulkhead-agent wlbs ${verb}${target}`;
}

/** @param host null = all hosts of the cluster, side by side. */
export function hostsQuestion(
  verb: QuestionVerb,
  cluster: Pick<WlbsCluster, "name">,
  host: Pick<WlbsHost, "node"> | null,
): HostsQuestion {
  return {
    kind: "hosts",
    title: `${words[verb].label}: ${host?.node ?? `all hosts of ${cluster.name}`}`,
    lead: words[verb].lead,
    order: {
      cluster: cluster.name,
      host: host?.node ?? null,
      verb,
      target: verb === "queryport" ? "all" : null,
    },
  };
}

/** `queryport` about one rule. @param host null = all hosts of the cluster. */
export function ruleQuestion(
  cluster: Pick<WlbsCluster, "name">,
  rule: WlbsRule,
  host: Pick<WlbsHost, "node"> | null,
): HostsQuestion {
  const where = host ? `on ${host.node}` : `on all hosts of ${cluster.name}`;
  return {
    kind: "hosts",
    title: `Rule ${rule.name} ${where}`,
    lead: `The rules that contain ${ruleText(rule)}: state, probe, connections and packets.`,
    order: {
      cluster: cluster.name,
      host: host?.node ?? null,
      verb: "queryport",
      target: ruleTarget(rule),
    },
  };
}

export function macsQuestion({ vips }: Pick<WlbsCluster, "vips">): MacsQuestion {
  return { kind: "macs", address: vips[0]?.address ?? "" };
}
