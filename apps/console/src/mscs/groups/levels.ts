/** Resources of a group in levels: what needs nothing lies at the bottom, what needs the most stands on top. Pure. */

export interface Needing {
  name: string;
  dependsOn: readonly string[];
}

/** Levels from the bottom up. Unknown names are ignored; a cycle, which the planner refuses, ends on one level. */
export function levelsOf<T extends Needing>(resources: readonly T[]): T[][] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const depthOf = (resource: T, seen: ReadonlySet<string>): number => {
    if (seen.has(resource.name)) return 0;
    const below = resource.dependsOn.map((name) => byName.get(name)).filter((each) => each !== undefined);
    const path = new Set([...seen, resource.name]);
    return below.length === 0 ? 0 : 1 + Math.max(...below.map((each) => depthOf(each, path)));
  };
  const levels: T[][] = [];
  for (const resource of resources) {
    const depth = depthOf(resource, new Set());
    while (levels.length <= depth) levels.push([]);
    levels[depth]?.push(resource);
  }
  return levels.filter((level) => level.length > 0);
}
