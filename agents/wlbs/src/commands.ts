/**
 * The commands of WLBS (DOMAIN 1.8) on this host: which verb needs which arguments, and who answers. Questions are
 * answered here, from what was reported last; everything that changes something goes to the driver.
 */
import {
  type BucketTable,
  type FilterGround,
  filterVerdict,
  type HostVerb,
  ip2mac,
  noSuchPort,
  packetForm,
  parsePacket,
  parseRuleTarget,
  parseTable,
  type RuleVerb,
  renderDisplay,
  renderIp2Mac,
  renderParams,
  renderQuery,
  renderQueryPort,
  ruleTargetForm,
  type WlbsPolicy,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";
import type { CommandResult } from "@bulkhead/protocol";
import { renderCounters } from "./counters-text.ts";
import type { Answer, Driver } from "./driver/driver-types.ts";

export type Args = Record<string, string>;

/** What the answers rest on. */
export interface CommandGround {
  driver: Driver;
  status(): WlbsStatus;
  /** Null before the first policy. */
  policy(): WlbsPolicy | null;
}

type Run = (ground: CommandGround, args: Args) => Promise<CommandResult>;

const hostVerb =
  (verb: HostVerb): Run =>
  async ({ driver }) =>
    resultOf(await driver.command(verb, null));

const ruleVerb =
  (verb: RuleVerb): Run =>
  async ({ driver }, { target: text = "" }) => {
    const target = parseRuleTarget(text);
    if (!target) return bad(`"${text}" names no port rule. ${ruleTargetForm}`);
    return resultOf(await driver.ruleCommand(verb, target));
  };

/** A question about the policy in force. */
const about =
  (answer: (policy: WlbsPolicy, status: WlbsStatus, args: Args) => CommandResult): Run =>
  async (ground, args) => {
    const policy = ground.policy();
    if (!policy) return bad("This node has no WLBS policy; apply a fleet file that names it.");
    return answer(policy, ground.status(), args);
  };

const runs: Record<string, Run> = {
  "wlbs.start": hostVerb("start"),
  "wlbs.stop": hostVerb("stop"),
  "wlbs.drainstop": drainstop,
  "wlbs.suspend": hostVerb("suspend"),
  "wlbs.resume": hostVerb("resume"),
  "wlbs.enable": ruleVerb("enable"),
  "wlbs.disable": ruleVerb("disable"),
  "wlbs.drain": ruleVerb("drain"),
  "wlbs.query": about((_policy, status) => good(renderQuery(status), status)),
  "wlbs.display": about((policy, status) => good(renderDisplay(policy, status), { policy, status })),
  "wlbs.counters": about((_policy, { traffic }) => good(renderCounters(traffic), traffic)),
  "wlbs.params": about((policy, status) => good(renderParams(policy, status.hostId), policy)),
  "wlbs.queryport": about(queryport),
  "wlbs.ip2mac": async (_ground, args) => ip2macOf(args),
  "wlbs.filter": filter,
};

/** `verb` as on the link, for example `wlbs.enable`. Rejects only when the driver has just ended. */
export async function runCommand(ground: CommandGround, verb: string, args: Args): Promise<CommandResult> {
  const run = runs[verb];
  return run ? run(ground, args) : bad(`A WLBS host does not know ${verb}.`);
}

const deadlineSMax = 86_400;

async function drainstop({ driver }: CommandGround, { deadlineS }: Args): Promise<CommandResult> {
  if (deadlineS === undefined) return resultOf(await driver.command("drainstop", null));
  const seconds = Number(deadlineS);
  if (!/^\d+$/.test(deadlineS) || seconds < 1 || seconds > deadlineSMax)
    return bad(`A deadline is a whole number of seconds from 1 to ${deadlineSMax}, and not "${deadlineS}".`);
  return resultOf(await driver.command("drainstop", seconds * 1_000));
}

function queryport(policy: WlbsPolicy, status: WlbsStatus, { target: text = "" }: Args): CommandResult {
  const target = parseRuleTarget(text);
  if (!target) return bad(`"${text}" names no port rule. ${ruleTargetForm}`);
  const lines = renderQueryPort(policy, status, target);
  if (lines === null) return { code: "not-found", message: noSuchPort(target) };
  return good(lines, status.rules);
}

function ip2macOf({ address = "" }: Args): CommandResult {
  const found = ip2mac(address);
  return found ? good(renderIp2Mac(found), found) : bad(`"${address}" is no IP address.`);
}

async function filter(ground: CommandGround, args: Args): Promise<CommandResult> {
  const { protocol = "", from = "", to = "" } = args;
  const packet = parsePacket({ protocol, from, to });
  if (!packet) return bad(packetForm);
  const verdict = filterVerdict(await filterGround(ground), packet);
  return good(verdict.text, verdict);
}

async function filterGround({ driver, status }: CommandGround): Promise<FilterGround> {
  const now = status();
  const parsed = now.tables.map((text) => parseTable(text));
  const rows = now.rules.flatMap(({ name, table }): [string, BucketTable][] => {
    const owners = table === null ? null : parsed[table];
    return owners ? [[name, owners]] : [];
  });
  return {
    plane: await driver.plane(),
    leaseAlive: now.leaseAlive,
    tables: new Map(rows),
    defaultHost: defaultHostOf(now),
  };
}

/** The lowest member that is not draining; 0 = nobody. */
function defaultHostOf({ members, isDefaultHost, hostId }: WlbsStatus): number {
  if (isDefaultHost) return hostId;
  const able = members.filter(({ isMember, state }) => isMember && state !== "draining");
  return able.map((member) => member.hostId).toSorted((a, b) => a - b)[0] ?? 0;
}

function resultOf({ code, message }: Answer): CommandResult {
  return { code, message };
}

function good(message: string, data: unknown): CommandResult {
  return { code: "ok", message, data };
}

function bad(message: string): CommandResult {
  return { code: "bad-params", message };
}
