/**
 * Takes over what somebody changed in the engine past the policy: the policy as it would have to be, so that the engine is as it
 * says. Value by value: only what was changed is taken from the engine, since a CIB does not hold all that a policy says.
 */
import type { CibModel } from "./cib-model.ts";
import { compileCib, ownedIds } from "./compile-cib.ts";
import { decompile } from "./decompile.ts";
import type { MscsGroup, MscsPolicy, MscsResource } from "./types.ts";

/** `live`: the engine's configuration as it is. Groups and constraints that Bulkhead did not write are left out. */
export function withDrift(policy: MscsPolicy, live: CibModel): MscsPolicy {
  const written = compileCib(policy);
  const origin = { nodes: policy.nodes.map(({ node }) => node), engine: policy.engine };
  const before = decompile(written, origin).groups;
  const { groups: after, failed } = decompile(ownPart(live, new Set(ownedIds(written))), origin);
  const isUnread = (group: string) => failed.some(({ object }) => partOf(live, group).includes(object));
  const groups = policy.groups.flatMap((group) => {
    const [was, is] = [groupNamed(before, group.name), groupNamed(after, group.name)];
    if (was === undefined || isUnread(group.name)) return [group];
    return is === undefined ? [] : [withGroupDrift(group, was, is)];
  });
  return { ...policy, groups };
}

/** What of the engine's configuration Bulkhead wrote, as it is now. */
function ownPart(live: CibModel, owned: ReadonlySet<string>): CibModel {
  const own = <T extends { id: string }>(items: readonly T[]) => items.filter(({ id }) => owned.has(id));
  return {
    ...live,
    groups: own(live.groups),
    locations: own(live.locations),
    orders: own(live.orders),
    colocations: own(live.colocations),
  };
}

/** A group that cannot be read any more has not gone. */
function partOf(live: CibModel, group: string): string[] {
  const members = live.groups.find(({ id }) => id === group)?.members ?? [];
  return members.map(({ id }) => `primitive ${id}`);
}

function groupNamed(groups: readonly MscsGroup[], name: string): MscsGroup | undefined {
  return groups.find((group) => group.name === name);
}

function withGroupDrift(group: MscsGroup, was: MscsGroup, is: MscsGroup): MscsGroup {
  const names = (items: readonly MscsResource[]) => items.map(({ name }) => name);
  const resources = is.resources.map((found) => {
    const own = group.resources.find(({ name }) => name === found.name);
    const old = was.resources.find(({ name }) => name === found.name);
    return own === undefined || old?.type !== found.type ? found : changed(own, old, found);
  });
  const order = names(group.resources);
  // Written in another order than the policy's, since what others need starts first: that is no change of anybody's.
  const isSameOrder = names(was.resources).join() === names(is.resources).join();
  const sorted = resources.toSorted(({ name: a }, { name: b }) => order.indexOf(a) - order.indexOf(b));
  return { ...changed(group, was, is), resources: isSameOrder ? sorted : resources };
}

/** `own` with those values that are others in `is` than they were in `was`. */
function changed<T extends object>(own: T, was: T, is: T): T {
  const before = new Map(Object.entries(was));
  const moved = Object.entries(is).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)),
  );
  return { ...own, ...Object.fromEntries(moved) };
}
