/** What the lines of a frozen case may do. Each verb takes the words after it and returns what to print, if anything. */
import type { FilteringMode, HostVerb, PortRule, RuleVerb, WlbsPolicy } from "@bulkhead/core/wlbs";
import { labPolicy, labRule } from "../lab-policy.ts";
import { openFlows } from "../open-flows.ts";
import type { SimHost } from "../wlbs-host.ts";
import type { CaseCluster } from "./cluster.ts";
import { showCluster, showHost, showRules } from "./show.ts";

type Verb = (cluster: CaseCluster, words: readonly string[]) => string[] | void;

function numbers(words: readonly string[]): number[] {
  return words.map((word) => {
    if (!/^\d+$/.test(word)) throw new Error(`"${word}" is not a number`);
    return Number(word);
  });
}

/** `weights 50 50 0`, `priorities 2 1 3`, `probe serve`, `affinity single`, `ports 443-444`, in any order. */
function ruleChange(words: readonly string[]): Partial<PortRule> {
  const change: Partial<PortRule> = {};
  const lists = words.join(" ").matchAll(/(weights|priorities|probe|affinity|ports|mode) ([^a-z]+|[a-z]+)/g);
  for (const [, key, value = ""] of lists) {
    const list = value.trim().split(" ");
    const ids = (name: "weight" | "priority") => numbers(list).map((n, i) => ({ hostId: i + 1, [name]: n }));
    if (key === "weights") change.weights = ids("weight") as PortRule["weights"];
    if (key === "priorities") change.priorities = ids("priority") as PortRule["priorities"];
    if (key === "affinity") change.affinity = value.trim() as PortRule["affinity"];
    if (key === "mode") change.mode = value.trim() as FilteringMode;
    if (key === "ports")
      [change.startPort, change.endPort] = numbers(value.trim().split("-")) as [number, number];
    if (key === "probe") change.probe = probe(value.trim() as "serve" | "stop");
  }
  return change;
}

function probe(whenAllFail: "serve" | "stop"): NonNullable<PortRule["probe"]> {
  return { check: { kind: "tcp", port: 80 }, periodMs: 1000, timeoutMs: 500, rise: 1, fall: 1, whenAllFail };
}

/** Everybody gets it at once, or the named hosts only. */
function apply(cluster: CaseCluster, policy: WlbsPolicy, only: readonly SimHost[] | null = null): void {
  cluster.policy = policy;
  if (!cluster.isRunning) return;
  cluster.lab.usePolicy(policy);
  const closed = policy.rules.filter(({ mode }) => mode === "disabled");
  for (const { node } of cluster.lab.hosts)
    for (const rule of closed) cluster.lab.cuts.permitPort(node, rule.startPort);
  for (const host of only ?? cluster.lab.hosts) if (host.alive) host.givePolicy(policy);
}

/** `rule NAME MODE ...` adds one on the next port, `change NAME ...` changes one. */
function changed(policy: WlbsPolicy, [what, name = "", ...words]: readonly string[]): WlbsPolicy {
  if (what === "change") {
    const change = ruleChange(words);
    return {
      ...policy,
      rules: policy.rules.map((rule) => (rule.name === name ? { ...rule, ...change } : rule)),
    };
  }
  const [mode = "multiple", ...more] = words;
  const port = 80 + policy.rules.length;
  const base = { name, mode: mode as FilteringMode, startPort: port, endPort: port };
  return {
    ...policy,
    rules: [...policy.rules, labRule(policy.hosts.length, { ...base, ...ruleChange(more) })],
  };
}

function hostVerb(verb: HostVerb): Verb {
  return (cluster, [id = "", seconds]) => {
    const host = cluster.host(id);
    if (verb === "stop" || verb === "suspend" || seconds !== undefined) cluster.lab.cuts.permitAll(host.node);
    host.command(verb, { deadlineMs: seconds === undefined ? null : Number(seconds) * 1000 });
    return [`${id} answers ${host.lastCode}`];
  };
}

function ruleVerb(verb: RuleVerb): Verb {
  return (cluster, [id = "", target = ""]) => {
    const host = cluster.host(id);
    const rule = cluster.policy.rules.find(({ name }) => name === target);
    const port = target === "all" ? null : (rule?.startPort ?? Number(target));
    if (verb === "disable")
      for (const one of rule ? [rule] : cluster.policy.rules)
        cluster.lab.cuts.permitPort(host.node, one.startPort);
    host.ruleCommand(verb, { vip: null, port });
    return [`${id} answers ${host.lastCode}`];
  };
}

const each = (act: (host: SimHost, cluster: CaseCluster) => void): Verb => {
  return (cluster, ids) => {
    for (const id of ids) act(cluster.host(id), cluster);
  };
};

/** Cuts the hosts before `|` from those after it, both ways; `>` instead cuts only that direction. */
const cut: Verb = (cluster, words) => {
  const at = words.findIndex((word) => word === "|" || word === ">");
  const [left, right] = [words.slice(0, at), words.slice(at + 1)];
  for (const a of left)
    for (const b of right) {
      const [from, to] = [cluster.host(a).node, cluster.host(b).node];
      cluster.lab.weather.setCut(from, to, true);
      if (words[at] === "|") cluster.lab.weather.setCut(to, from, true);
    }
};

/** A further machine that the policy does not list under this node name. */
const stranger: Verb = (cluster, [node = "", id = ""]) => {
  const host = cluster.lab.addStranger(node, Number(id));
  const rows = cluster.policy.hosts.filter((row) => row.hostId !== Number(id));
  const [example] = cluster.policy.hosts;
  if (!example) throw new Error("the policy has no hosts");
  host.boot({
    ...cluster.policy,
    hosts: [...rows, { ...example, node, hostId: Number(id) }].sort((a, b) => a.hostId - b.hostId),
  });
};

export const VERBS: Record<string, Verb> = {
  /** `cluster 3 majority`: a policy for so many hosts, without rules yet. */
  cluster: (cluster, [hosts = "1", partition = "serve"]) => {
    cluster.policy = labPolicy(Number(hosts), { rules: [], partition: partition as WlbsPolicy["partition"] });
  },
  initially: (cluster, [id = "", state = ""]) => {
    const hosts = cluster.policy.hosts.map((row) =>
      row.hostId === Number(id)
        ? { ...row, initialState: state as "started" | "stopped" | "suspended" }
        : row,
    );
    cluster.policy = { ...cluster.policy, hosts };
  },
  /** `rule http single priorities 2 1`; later again: the rule is added by a new policy. */
  rule: (cluster, words) => apply(cluster, changed(cluster.policy, ["rule", ...words])),
  /** `change http weights 10 90`: a new policy for everybody. */
  change: (cluster, words) => apply(cluster, changed(cluster.policy, ["change", ...words])),
  /** `give 1 2 change http weights 10 90` or `give 3 rule ...`: only these hosts get it. */
  give: (cluster, words) => {
    const at = words.findIndex((word) => word === "change" || word === "rule");
    const hosts = words.slice(0, at).map((id) => cluster.host(id));
    apply(cluster, changed(cluster.policy, words.slice(at)), hosts);
  },
  deliver: each((host, cluster) => host.givePolicy(cluster.policy)),
  without: (cluster, [name]) =>
    apply(cluster, { ...cluster.policy, rules: cluster.policy.rules.filter((rule) => rule.name !== name) }),
  seed: (cluster, [hashSeed]) => apply(cluster, { ...cluster.policy, hashSeed: Number(hashSeed) }),
  boot: each((host, cluster) => host.boot(cluster.policy)),
  kill: each((host) => host.kill()),
  crash: each((host) => host.crash()),
  freeze: each((host) => host.freeze()),
  thaw: each((host) => host.thaw()),
  refuse: each((host) => {
    host.installFault = "error";
  }),
  accept: each((host) => {
    host.installFault = "none";
  }),
  cut,
  heal: (cluster) => cluster.lab.weather.setCuts([]),
  unplug: each((host) => host.setLink(false)),
  stranger,
  start: hostVerb("start"),
  stop: hostVerb("stop"),
  drainstop: hostVerb("drainstop"),
  suspend: hostVerb("suspend"),
  resume: hostVerb("resume"),
  enable: ruleVerb("enable"),
  disable: ruleVerb("disable"),
  drain: ruleVerb("drain"),
  probe: (cluster, [id = "", name = "", verdict = ""]) => cluster.host(id).probe(name, verdict === "healthy"),
  /** `connect 2 http 5`: so many connections on host 2. */
  connect: (cluster, [id = "", name = "", count = "1"]) => {
    const host = cluster.host(id);
    const opened = openFlows(cluster.lab, host, { rule: cluster.rule(name), count: Number(count) });
    return [`${opened.length} connections on ${id}`];
  },
  disconnect: each((host) => host.kernel.flows.clear()),
  wait: (cluster, [seconds = "1"]) => cluster.lab.run(Number(seconds) * 1000),
  /** Waits until nothing is under way any more, and shows everything. */
  settle: (cluster, [seconds = "8"]) => {
    cluster.lab.run(Number(seconds) * 1000);
    return showCluster(cluster);
  },
  show: (cluster, ids) => ids.flatMap((id) => showHost(cluster, cluster.host(id))),
  rules: (cluster, ids) => ids.flatMap((id) => showRules(cluster, cluster.host(id))),
};
