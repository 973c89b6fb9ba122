/** Failback windows and anti-affinity classes, read back from a CIB. */
import type { CibLocation, CibModel } from "./cib-model.ts";
import { baseId } from "./compile-group.ts";

/** Date specifications of hours -> a window of the policy; null = none, or one that a window cannot say. */
export function hourWindow(spans: readonly string[]): [number, number] | null {
  const [first, second] = spans.map((span) => span.split("-").map(Number));
  const [start, last = start] = first ?? [];
  if (start === undefined || last === undefined || spans.length > 2) return null;
  if (first?.length === 1) return spans.length === 1 ? [start, start] : null;
  if (second === undefined) return last === 23 ? [start, 0] : [start, last + 1];
  const [from, to] = second;
  return last === 23 && from === 0 && to !== undefined ? [start, to + 1] : null;
}

/** The locations of a group that prefer a node, the best first. Its base scores prefer none. */
export function preferencesOf(locations: readonly CibLocation[], group: string): CibLocation[] {
  return locations
    .filter((item) => item.resource === group && item.id !== baseId(group, item.node))
    .filter((item) => item.score !== "-INFINITY" && item.score > 0)
    .sort((a, b) => Number(b.score) - Number(a.score));
}

/**
 * Class names by group, so that exactly those groups share one that the CIB keeps apart. A name is that of the first group of
 * the class; groups that all keep apart from each other share one class.
 */
export function classesOf(model: CibModel): Map<string, string[]> {
  const names = model.groups.map((group) => group.id);
  const isApart = (a: string, b: string) =>
    model.colocations.some(
      (item) =>
        item.score < 0 &&
        ((item.resource === a && item.with === b) || (item.resource === b && item.with === a)),
    );
  const classes: string[][] = [];
  for (const [index, name] of names.entries()) {
    for (const other of names.slice(0, index)) {
      if (!isApart(name, other)) continue;
      if (classes.some((members) => members.includes(name) && members.includes(other))) continue;
      const open = classes.find(
        (members) => members.includes(other) && members.every((item) => isApart(item, name)),
      );
      if (open === undefined) classes.push([other, name]);
      else open.push(name);
    }
  }
  const titled = classes.map((members, index) => ({ title: `apart-${index + 1}`, members }));
  return new Map(
    names.map((name) => [
      name,
      titled.filter(({ members }) => members.includes(name)).map(({ title }) => title),
    ]),
  );
}
