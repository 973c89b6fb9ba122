/**
 * What must be true of a world in which nothing has gone wrong for a while: who is in, who owns what and how much, what
 * everybody says about it. Reads kernels and reports; the shares come from what the story did.
 */
import { type PortRule, statusOf, type WlbsStatus } from "@bulkhead/core/wlbs";
import { countBits, isEmpty, ownedBits } from "../checks/marks.ts";
import { type HostTruth, takersOf, whyNotExact } from "../checks/shares.ts";
import type { CheckName } from "../checks/violation.ts";
import type { Flow } from "../sim-kernel.ts";
import type { SimHost } from "../wlbs-host.ts";
import type { World } from "./world.ts";

type Report = Pick<WlbsStatus, "epoch" | "tables" | "rules" | "history" | "members">;

function truthsOf(world: World, hosts: readonly SimHost[]): HostTruth[] {
  return hosts.map((host) => {
    const { run, rules, failing } = world.truthOf(host);
    return { hostId: host.hostId, draining: run === "draining", closed: new Set(rules.keys()), failing };
  });
}

/** Buckets of the rule that each of `hosts` owns in its kernel. */
function kernelCounts(hosts: readonly SimHost[], slot: number): Map<number, number> {
  return new Map(
    hosts.map((host) => {
      const { plane } = host.kernel;
      const rule = plane?.rules[slot];
      return [host.hostId, plane && rule ? countBits(ownedBits(plane, rule)) : 0];
    }),
  );
}

/** Null when the hosts, and nobody else, divide the rule among them as they should. */
function whyRuleWrong(world: World, hosts: readonly SimHost[], slot: number): string | null {
  const rule = world.lab.policy.rules[slot];
  if (!rule) return `there is no rule ${slot}`;
  const takers = takersOf(rule, truthsOf(world, hosts));
  const counts = kernelCounts(hosts, slot);
  const owned = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const due = takers.length === 0 ? 0 : 4096;
  if (owned !== due) return `${owned} buckets of ${rule.name} are owned instead of ${due}`;
  const wrong = whyNotExact(takers, counts, 4096);
  return wrong === null ? null : `${rule.name}: ${wrong}`;
}

/** (d) nobody else owns anything, by kernel and lease. */
function whyOutsider(world: World, hosts: readonly SimHost[]): string | null {
  for (const other of world.lab.hosts) {
    const { plane } = other.kernel;
    if (hosts.includes(other) || !plane || !world.lab.serves(other)) continue;
    const rule = plane.rules.find((one) => !isEmpty(ownedBits(plane, one)));
    if (rule) return `${other.node} is no member but serves ${rule.name}`;
    if (plane.unruled === "owned") return `${other.node} is no member but serves what has no rule`;
  }
  return null;
}

/** Traffic without a rule, and echo: the live host with the lowest ID that is not draining. */
function whyDefaultWrong(world: World, hosts: readonly SimHost[]): string | null {
  const open = hosts.filter((host) => world.truthOf(host).run !== "draining");
  const first = open.toSorted((a, b) => a.hostId - b.hostId)[0];
  const owners = hosts.filter((host) => host.kernel.plane?.unruled === "owned");
  if (owners.length !== (first ? 1 : 0) || owners[0] !== first)
    return `${owners.map((host) => host.node).join(", ") || "nobody"} takes what has no rule instead of ${first?.node ?? "nobody"}`;
  const { filterIcmp } = world.lab.policy;
  const silent = hosts.find((host) => host.kernel.plane?.answersEcho !== (!filterIcmp || host === first));
  return silent ? `${silent.node} answers echo wrongly` : null;
}

function isNewestInForce({ state, policy }: SimHost): boolean {
  return state.newest?.policy === policy && state.view?.policyDigest === state.newest?.digest;
}

/** (b) Null when every bucket that some member may take has its owner, whoever is still outside. */
export function whyUncovered(world: World): string | null {
  const { lab } = world;
  const members = world.expected().filter(({ state }) => state.view?.order === "stable");
  const truths = truthsOf(world, members);
  for (const [slot, rule] of lab.policy.rules.entries()) {
    const owned = takersOf(rule, truths).length === 0 ? 4096 : lab.ownedOnce(slot);
    if (owned !== 4096) return `${owned} buckets of ${rule.name} have an owner`;
  }
  return members.length === 0 ? "nobody is in a cluster" : null;
}

/** What is not as it should be, and which promise that is. */
export interface Unrest {
  check: CheckName;
  text: string;
}

/** Null when `hosts` are one cluster that does all it should. Cheap enough to be asked again and again. */
export function whyNotAtRest(world: World, hosts: readonly SimHost[]): Unrest | null {
  const alive = whyNotTogether(world, hosts);
  if (alive) return { check: "alive", text: alive };
  for (let slot = 0; slot < world.lab.policy.rules.length; slot += 1) {
    const wrong = whyRuleWrong(world, hosts, slot);
    if (wrong) return { check: "shares", text: wrong };
  }
  const outsider = whyOutsider(world, hosts);
  if (outsider) return { check: "outsider", text: outsider };
  const first = whyDefaultWrong(world, hosts);
  return first === null ? null : { check: "shares", text: first };
}

function whyNotTogether({ lab }: World, hosts: readonly SimHost[]): string | null {
  if (!lab.isTogether(hosts.map((host) => host.node))) return "the hosts are not in one stable epoch";
  const behind = hosts.find((host) => !isNewestInForce(host));
  if (behind) return `the newest policy is not in force on ${behind.node}`;
  const unserved = hosts.find((host) => !lab.serves(host));
  return unserved ? `${unserved.node} has no lease` : null;
}

/** (c), (h): what the members report is the same, and is what the kernels do. */
export function checkReports(world: World, hosts: readonly SimHost[]): void {
  const reports = hosts.map((host) => ({ host, report: statusOf(host.state, host.clock.now()) as Report }));
  const [first] = reports;
  if (!first) return;
  for (const { host, report } of reports) {
    const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
    if (report.epoch !== first.report.epoch || differs(tablesOf(report), tablesOf(first.report)))
      world.lab.fail("agreement", `${first.host.node} and ${host.node} report different epochs or tables`);
    if (differs(newest(report), newest(first.report)))
      world.lab.fail(
        "history",
        `${first.host.node} and ${host.node} tell different histories of epoch ${report.epoch}: ${JSON.stringify(newest(first.report))} ${JSON.stringify(newest(report))}`,
      );
    if (report.history[0] && (report.history[0].epoch !== report.epoch || report.history[0].endedAt === null))
      world.lab.fail("history", `${host.node} does not know that its convergence has ended`);
  }
}

function tablesOf({ tables, rules }: Report): (string | null | undefined)[] {
  return rules.map((rule) => (rule.table === null ? null : tables[rule.table]));
}

function newest({ history }: Report): unknown {
  const [record] = history;
  return record && [record.epoch, record.cause, record.initiator, record.members];
}

/**
 * Extended affinity: null when `host` may answer this client. Wrong is that it has not done so within the timeout, but another
 * host that may take the rule has. (Two may have, on the two sides of a split.)
 */
export function whyStrayClient(world: World, host: SimHost, flow: Flow): string | null {
  const { policy, hosts, clock } = world.lab;
  const rule = policy.rules.find((one) => one.startPort <= flow.port && flow.port <= one.endPort);
  if (!rule || !isSticky(rule)) return null;
  const takers = takersOf(rule, truthsOf(world, world.expected())).map(({ hostId }) => hostId);
  const since = clock.now() - rule.affinityTimeoutMin * 60_000;
  const knows = (other: SimHost) => other.kernel.lastSeen(rule, flow) > since;
  const rightful = hosts.find((other) => takers.includes(other.hostId) && knows(other));
  return rightful && !knows(host)
    ? `${host.node} answers a client of ${rule.name} that belongs to ${rightful.node}`
    : null;
}

function isSticky(rule: PortRule): boolean {
  return rule.mode === "multiple" && rule.affinity !== "none" && rule.affinityTimeoutMin > 0;
}
