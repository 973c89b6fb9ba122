/** What the checks of pairs share: going through pairs, groups and resources, and how refusals name them. */
import type { Refusal } from "../fleet/index.ts";
import type { MscsResource } from "../mscs/index.ts";
import type { Objects } from "./refuse.ts";
import type { Intent, MscsIntent } from "./types.ts";

export type GroupIntent = MscsIntent["groups"][string];

export function eachPair(intent: Intent, check: (cluster: string, pair: MscsIntent) => Refusal[]): Refusal[] {
  return Object.entries(intent.mscs).flatMap(([cluster, pair]) => check(cluster, pair));
}

/** One group of a pair, with its names. */
export interface GroupPlace {
  cluster: string;
  pair: MscsIntent;
  name: string;
  group: GroupIntent;
}

export function eachGroup(intent: Intent, check: (at: GroupPlace) => Refusal[]): Refusal[] {
  return eachPair(intent, (cluster, pair) =>
    Object.entries(pair.groups).flatMap(([name, group]) => check({ cluster, pair, name, group })),
  );
}

export function eachResource(
  intent: Intent,
  check: (resource: MscsResource, at: GroupPlace) => Refusal[],
): Refusal[] {
  return eachGroup(intent, (at) => at.group.resources.flatMap((resource) => check(resource, at)));
}

export function groupObjects({ cluster, name }: GroupPlace): Objects {
  return [
    ["mscs-cluster", cluster],
    ["group", name],
  ];
}

export function resourceObjects(at: GroupPlace, resource: string): Objects {
  return [...groupObjects(at), ["resource", resource]];
}
