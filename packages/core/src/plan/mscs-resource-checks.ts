/** Dependencies of resources (R26): they exist, have no circle, the required types are among them, and they can be relied on. */
import type { Refusal } from "../fleet/index.ts";
import {
  dependenciesOf,
  type MscsResource,
  orderByDependency,
  type RequiredDependency,
  resourceTitles,
  resourceType,
} from "../mscs/index.ts";
import { eachGroup, eachResource, type GroupPlace, resourceObjects } from "./mscs-parts.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent } from "./types.ts";

/** R26: dependencies stay inside the group, name existing resources and have no cycle. */
export function checkR26(intent: Intent): Refusal[] {
  return eachGroup(intent, ({ name, group }) => orderByDependency(name, group.resources).refusals);
}

/** R26: what a type needs (DOMAIN 2.4, "Required dependencies") is among its dependencies, directly or by others. */
export function checkRequired(intent: Intent): Refusal[] {
  return eachResource(intent, (resource, at) =>
    resourceType(resource.type)
      .requires.filter(({ anyOf }) => !dependencyTypes(resource, at).some((type) => anyOf.includes(type)))
      .map((required) => requiredRefusal(resource, required, at)),
  );
}

function dependencyTypes(resource: MscsResource, at: GroupPlace): MscsResource["type"][] {
  const { ordered } = orderByDependency(at.name, at.group.resources);
  const needed = dependenciesOf(ordered).get(resource.name);
  return ordered.filter(({ name }) => needed?.has(name)).map(({ type }) => type);
}

function requiredRefusal(
  resource: MscsResource,
  { anyOf, why }: RequiredDependency,
  at: GroupPlace,
): Refusal {
  const titles = anyOf.map((type) => resourceTitles[type]).join(" or ");
  return refusal("R26", resourceObjects(at, resource.name), {
    message: `${resourceTitles[resource.type]} ${resource.name} of group ${at.name} depends on no ${titles}`,
    reason: why,
    cure: `Add a resource of type ${anyOf.join(" or ")} to group ${at.name} and name it in dependsOn of ${resource.name}.`,
  });
}

/** A network name stands for an address of its group, on which it depends; dns needs a server. */
export function checkNames(intent: Intent): Refusal[] {
  return eachResource(intent, (resource, at) => {
    if (resource.type !== "networkName") return [];
    const { name, ip, dependsOn, update, server } = resource;
    const isAddress = at.group.resources.some((other) => other.name === ip && other.type === "ipAddress");
    if (!isAddress || !dependsOn.includes(ip)) {
      return [
        refusal("R26", resourceObjects(at, name), {
          message: `Network name ${name} of group ${at.name} stands for ${ip}, which is no address that it depends on`,
          reason: "A name is written for an address that is already there.",
          cure: `Name an ipAddress resource of ${at.name} in ip, and the same one in dependsOn.`,
        }),
      ];
    }
    if (update === "hosts" || server !== null) return [];
    return [
      refusal("B-network-name", resourceObjects(at, name), {
        message: `Network name ${name} of group ${at.name} is written to DNS and names no server`,
        reason: "Updates go to the primary server of the zone, and only there.",
        cure: "Write the address of that server in server, or use update: hosts.",
      }),
    ];
  });
}

/** What never moves the group cannot carry what should: the dependent stays down with it. */
export function checkWeakLinks(intent: Intent): Refusal[] {
  return eachResource(intent, (resource, at) => {
    if (resource.restart.action !== "failover") return [];
    return at.group.resources
      .filter(({ name, restart }) => resource.dependsOn.includes(name) && restart.action !== "failover")
      .map(({ name, restart }) =>
        warning("B-weak-dependency", resourceObjects(at, resource.name), {
          message: `Resource ${resource.name} of group ${at.name} moves the group when it fails, but not when ${name} does, on which it depends`,
          reason: `Restart action ${restart.action} keeps the group where it is, and ${resource.name} stays down with ${name}.`,
          cure: `Give ${name} the restart action failover, or ${resource.name} the action ${restart.action}.`,
        }),
      );
  });
}
