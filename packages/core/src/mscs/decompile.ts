/**
 * CIB model -> groups of a policy: the way back of `compileCib`. Compiling the result gives the same CIB again. What a CIB does
 * not hold comes back as its default: the failover threshold of a group, its persistent state, delays that need no setting, and
 * where several dependency trees are carried out as the same line, the line.
 */
import { type CibGroup, type CibModel, type CibPrimitive, resourceNameOf } from "./cib-model.ts";
import { settingsOf } from "./decompile-agent.ts";
import { commonOf } from "./decompile-common.ts";
import { classesOf, hourWindow, preferencesOf } from "./decompile-group.ts";
import type { GroupPriority, MscsGroup, MscsPolicy } from "./types.ts";

export interface Decompiled {
  groups: MscsGroup[];
  /** What could not be understood; its group is not among `groups`. */
  failed: { object: string; why: string }[];
}

interface Origin {
  /** Names of the pair's nodes. */
  nodes: readonly string[];
  engine: MscsPolicy["engine"];
}

/** Defaults of what a CIB does not say (DOMAIN 2.3). */
const defaultFailover = { threshold: 10, periodHours: 6 };

export function decompile(model: CibModel, origin: Origin): Decompiled {
  const classes = classesOf(model);
  const failed: Decompiled["failed"] = [];
  const groups = model.groups.flatMap((group) => {
    const read = readGroup(model, group, origin);
    failed.push(...read.failed);
    return read.failed.length > 0 ? [] : [{ ...read.group, antiAffinity: classes.get(group.id) ?? [] }];
  });
  return { groups, failed };
}

function readGroup(
  model: CibModel,
  group: CibGroup,
  { nodes, engine }: Origin,
): { group: MscsGroup; failed: Decompiled["failed"] } {
  const read = emptyGroup(model, group);
  const failed: Decompiled["failed"] = [];
  const possible = possibleOwners(model, group, nodes);
  for (const member of group.members) {
    const name = nameOf(group, member, engine);
    const settings = settingsOf(member, name, { group: read, engine });
    if (settings === null) {
      failed.push({
        object: `primitive ${member.id}`,
        why: `its class ${member.agent.class} has no resource type`,
      });
      continue;
    }
    const own = commonOf(member, { name, type: settings.type, engine });
    const dependsOn = dependenciesOf(model, group, member).map((item) => nameOf(group, item, engine));
    // The CIB has the owners for the whole group: one resource says it for all.
    const possibleOwners = member === group.members[0] ? possible : [];
    read.resources.push({ ...own, dependsOn, possibleOwners, ...settings });
  }
  return { group: read, failed };
}

function emptyGroup(model: CibModel, group: CibGroup): MscsGroup {
  const window = hourWindow(group.failbackHours);
  const stickiness = group.meta["resource-stickiness"] ?? model.resourceDefaults["resource-stickiness"];
  return {
    name: group.id,
    preferredOwners: preferencesOf(model.locations, group.id).map(({ node }) => node),
    failback: { allow: window !== null || stickiness === "0", windowHours: window },
    failover: { ...defaultFailover },
    priority: priorityOf(group),
    antiAffinity: [],
    persistentState: true,
    resources: [],
  };
}

/** Empty = all. */
function possibleOwners(model: CibModel, group: CibGroup, nodes: readonly string[]): string[] {
  const banned = model.locations
    .filter((item) => item.resource === group.id && item.score === "-INFINITY")
    .map((item) => item.node);
  return banned.length === 0 ? [] : nodes.filter((node) => !banned.includes(node));
}

function priorityOf(group: CibGroup): GroupPriority {
  if (group.startsOffline) return "noAutoStart";
  const value = Number(group.meta["priority"] ?? 2000);
  if (value >= 3000) return "high";
  return value > 0 && value <= 1000 ? "low" : "medium";
}

/** In a line each needs the one before it; otherwise the orders say it. */
function dependenciesOf(model: CibModel, group: CibGroup, member: CibPrimitive): CibPrimitive[] {
  const index = group.members.indexOf(member);
  if (group.meta["ordered"] !== "false") return group.members.slice(Math.max(0, index - 1), index);
  return model.orders
    .filter((order) => order.next === member.id)
    .flatMap((order) => group.members.find((item) => item.id === order.first) ?? []);
}

function nameOf(group: CibGroup, member: CibPrimitive, engine: MscsPolicy["engine"]): string {
  return engine === "adopted" ? member.id : resourceNameOf(group.id, member.id);
}
