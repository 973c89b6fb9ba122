/** Groups of a pair: owners (R27), failback (R28), retries (R29), limits and names. */
import type { Refusal } from "../fleet/index.ts";
import { possibleOwnersOf } from "../mscs/index.ts";
import {
  eachGroup,
  eachPair,
  eachResource,
  type GroupPlace,
  groupObjects,
  resourceObjects,
} from "./mscs-parts.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent } from "./types.ts";

/** A CIB of more is no longer written and judged within the time that a failover has. NT4 stopped at 930 resources. */
const groupsMax = 62;
const resourcesMax = 40;

/** R27: owners are nodes of the pair, and the group can run somewhere; on one node alone is a warning. */
export function checkR27(intent: Intent): Refusal[] {
  return eachGroup(intent, (at) => {
    const strangers = [...strangersOf(at)];
    return strangers.length > 0 ? strangers : owners(at);
  });
}

function strangersOf(at: GroupPlace): Refusal[] {
  const { nodes } = at.pair;
  const named = [
    ...at.group.preferredOwners.map((owner) => ({ owner, as: "Preferred owner", of: `group ${at.name}` })),
    ...at.group.resources.flatMap(({ name, possibleOwners }) =>
      possibleOwners.map((owner) => ({
        owner,
        as: "Possible owner",
        of: `resource ${name} of group ${at.name}`,
      })),
    ),
  ];
  return named
    .filter(({ owner }) => !nodes.includes(owner))
    .map(({ owner, as, of }) =>
      refusal("R27", [...groupObjects(at), ["node", owner]], {
        message: `${as} ${owner} of ${of} is not a node of ${at.cluster}`,
        reason: "A group can only run on the nodes of its pair.",
        cure: `Choose from ${nodes.join(" and ")}.`,
      }),
    );
}

function owners(at: GroupPlace): Refusal[] {
  const { nodes } = at.pair;
  const possible = possibleOwnersOf(at.group, nodes);
  const [only] = possible;
  if (only === undefined) {
    return [
      refusal("R27", groupObjects(at), {
        message: `Group ${at.name} of ${at.cluster} can run nowhere`,
        reason:
          "A group runs on nodes that are possible owners of all its resources, and its resources have none in common (KB 197047).",
        cure: "Let the possibleOwners of its resources name at least one node in common.",
      }),
    ];
  }
  const impossible = at.group.preferredOwners
    .filter((owner) => !possible.includes(owner))
    .map((owner) =>
      refusal("R27", [...groupObjects(at), ["node", owner]], {
        message: `Group ${at.name} of ${at.cluster} prefers ${owner}, where one of its resources may not run`,
        reason: "A group runs only where all of its resources may.",
        cure: `Take ${owner} out of preferredOwners, or into possibleOwners.`,
      }),
    );
  if (impossible.length > 0 || possible.length > 1) return impossible;
  return [
    warning("R27", groupObjects(at), {
      message: `Group ${at.name} of ${at.cluster} can run on ${only} alone`,
      reason: "If that node fails, the group has nowhere to go.",
      cure: "Leave possibleOwners of its resources out, or name both nodes.",
    }),
  ];
}

/** R28: failback needs a preferred owner to go back to, and a window needs failback. */
export function checkR28(intent: Intent): Refusal[] {
  return eachGroup(intent, (at) => {
    const { failback, preferredOwners } = at.group;
    if (failback.allow && preferredOwners.length === 0) {
      return [
        refusal("R28", groupObjects(at), {
          message: `Group ${at.name} of ${at.cluster} allows failback but has no preferred owner`,
          reason: "Failback moves a group to its preferred owner, so without one it has no effect.",
          cure: `Name preferredOwners of ${at.name}, or set failback.allow to false.`,
        }),
      ];
    }
    if (failback.allow || failback.windowHours === null) return [];
    return [
      warning("R28", groupObjects(at), {
        message: `Group ${at.name} of ${at.cluster} has a failback window and does not allow failback`,
        reason: "The window says when failback may happen, so without failback it has no effect.",
        cure: "Set failback.allow to true, or take windowHours out.",
      }),
    ];
  });
}

/** R29: RetryPeriodOnFailure is not shorter than RestartPeriod. */
export function checkR29(intent: Intent): Refusal[] {
  return eachResource(intent, ({ name, restart, retryAfterS }, at) =>
    retryAfterS === null || retryAfterS >= restart.periodS
      ? []
      : [
          refusal("R29", resourceObjects(at, name), {
            message: `Resource ${name} of group ${at.name} is tried again after ${retryAfterS} s, within its restart period of ${restart.periodS} s`,
            reason: "What has failed everywhere would be tried again while its restarts still count.",
            cure: `Set retryAfterS to ${restart.periodS} or more, or to never.`,
          }),
        ],
  );
}

/** Limits of groups and resources. */
export function checkLimits(intent: Intent): Refusal[] {
  const tooMany = (what: string, count: number, max: number) => ({
    message: `${what} has ${count}, and at most ${max} are possible`,
    reason: "The engine judges all of them within the time of every failover.",
    cure: "Make a second pair and move some there.",
  });
  return [
    ...eachPair(intent, (cluster, { groups }) => {
      const count = Object.keys(groups).length;
      if (count <= groupsMax) return [];
      return [
        refusal(
          "B-limit",
          [["mscs-cluster", cluster]],
          tooMany(`The list of groups of ${cluster}`, count, groupsMax),
        ),
      ];
    }),
    ...eachGroup(intent, (at) => {
      const count = at.group.resources.length;
      if (count <= resourcesMax) return [];
      return [
        refusal(
          "B-limit",
          groupObjects(at),
          tooMany(`The list of resources of group ${at.name}`, count, resourcesMax),
        ),
      ];
    }),
  ];
}

/** Names become ids in the engine's configuration, where each is unique. */
export function checkNames(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, pair) => {
    const fences = pair.engine === "made" ? pair.nodes.map((node) => `fence-${node}`) : [];
    const inner =
      pair.engine === "made"
        ? []
        : Object.values(pair.groups).flatMap(({ resources }) => resources.map(({ name }) => name));
    const names = [...fences, ...inner, ...Object.keys(pair.groups)];
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    return [...twice].map((name) =>
      refusal("B-name", [["mscs-cluster", cluster]], {
        message: `The name ${name} is used twice in ${cluster}`,
        reason:
          "Groups, fence devices (fence-NODE) and, in an adopted pair, all resources share one set of names in the engine.",
        cure: "Choose another name for one of them.",
      }),
    );
  });
}
