/** What Bulkhead would write differently for the groups of a pair that somebody else has set up. */

import type { CibGroup, CibModel, CibOperation, CibPrimitive } from "./cib-model.ts";
import { preferencesOf } from "./decompile-group.ts";

/** Object, for example `primitive vip`, -> clauses such as "start timeout 20 s becomes 60 s". Without changes: no entry. */
export function differencesIn(found: CibModel, wanted: CibModel): Map<string, string[]> {
  const entries = wanted.groups.flatMap((group): [string, string[]][] => {
    const old = found.groups.find((item) => item.id === group.id);
    if (old === undefined) return [];
    return [
      [`group ${group.id}`, groupLines({ found, wanted }, old, group)],
      ...group.members.map((member): [string, string[]] => [
        `primitive ${member.id}`,
        memberLines(
          old.members.find((item) => item.id === member.id),
          member,
        ),
      ]),
    ];
  });
  return new Map(entries.filter(([, lines]) => lines.length > 0));
}

function groupLines(models: { found: CibModel; wanted: CibModel }, old: CibGroup, group: CibGroup): string[] {
  // Stickiness may come from the defaults of the whole engine; priority says nothing where only one group competes.
  const inherited = models.found.resourceDefaults["resource-stickiness"];
  const meta = inherited === undefined ? old.meta : { "resource-stickiness": inherited, ...old.meta };
  return [
    ...recordLines(meta, group.meta),
    ...textLine("order of resources", namesOf(old), namesOf(group)),
    ...textLine(
      "failback hours",
      old.failbackHours.join(" and ") || "none",
      group.failbackHours.join(" and ") || "none",
    ),
    ...textLine("owners", ownersOf(models.found, group.id), ownersOf(models.wanted, group.id)),
  ];
}

function memberLines(old: CibPrimitive | undefined, member: CibPrimitive): string[] {
  if (old === undefined) return [];
  const keys = [...new Set([...old.operations, ...member.operations].map(operationKey))];
  const textOf = (operations: readonly CibOperation[], key: string) => {
    const found = operations.find((item) => operationKey(item) === key);
    return found === undefined ? "none" : operationText(found);
  };
  return [
    ...recordLines(old.attributes, member.attributes),
    ...recordLines(old.meta, member.meta),
    ...keys.flatMap((key) => textLine(key, textOf(old.operations, key), textOf(member.operations, key))),
  ];
}

function recordLines(old: Record<string, string>, wanted: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  return names.flatMap((name) => textLine(name, old[name] ?? "none", wanted[name] ?? "none"));
}

function textLine(what: string, old: string, wanted: string): string[] {
  return old === wanted ? [] : [`${what} ${old} becomes ${wanted}`];
}

function namesOf(group: CibGroup): string {
  return group.members.map((member) => member.id).join(", ");
}

/** Scores are kept beside what was there, so only a node that comes or goes is told. */
function ownersOf({ locations }: CibModel, group: string): string {
  const of = locations.filter((item) => item.resource === group);
  const names = (items: typeof of) => items.map((item) => item.node).join(", ") || "none";
  const never = of.filter((item) => item.score === "-INFINITY");
  return `preferred ${names(preferencesOf(locations, group))}, never ${names(never)}`;
}

function operationKey({ name, checkLevel }: CibOperation): string {
  return checkLevel === undefined ? name : `${name} of depth ${checkLevel}`;
}

function operationText({ intervalS, timeoutS, onFail, startDelayMs }: CibOperation): string {
  return [
    ...(intervalS > 0 ? [`every ${intervalS} s`] : []),
    `within ${timeoutS} s`,
    ...(onFail === undefined ? [] : [`left as it is on failure`]),
    ...(startDelayMs === undefined ? [] : [`delayed ${startDelayMs} ms`]),
  ].join(" ");
}
