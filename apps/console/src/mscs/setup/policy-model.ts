/** Properties of groups and resources as rows, in MSCS words, with what is not at its default marked. Pure. */
import { type MscsResource, resourceTitles, resourceTypes } from "@bulkhead/core/mscs";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { resourceDetail } from "../groups/resource-text.ts";

type Group = MscsCluster["groups"][number];

export interface Property {
  /** The property's name in MSCS. */
  term: string;
  text: string;
  isDefault: boolean;
}

const priorities: Record<Group["priority"], string> = {
  high: "high: starts first",
  medium: "medium",
  low: "low: starts last",
  noAutoStart: "does not start by itself",
};

export function groupProperties(group: Group): Property[] {
  const { failover, failback, preferredOwners, antiAffinity } = group;
  return [
    {
      term: "Preferred owners",
      text: preferredOwners.join(", then ") || "none",
      isDefault: preferredOwners.length === 0,
    },
    {
      term: "Failover threshold",
      text: `${failover.threshold} in ${failover.periodHours} h, then it is left offline`,
      isDefault: failover.threshold === 10 && failover.periodHours === 6,
    },
    { term: "Failback", text: failbackText(failback), isDefault: !failback.allow },
    { term: "Priority", text: priorities[group.priority], isDefault: group.priority === "medium" },
    { term: "Anti-affinity", text: antiAffinity.join(", ") || "none", isDefault: antiAffinity.length === 0 },
    {
      term: "Persistent state",
      text: group.persistentState
        ? "an order to be offline outlives a restart of the pair"
        : "it comes online when the pair forms again",
      isDefault: group.persistentState,
    },
  ];
}

function failbackText({ allow, windowHours }: Group["failback"]): string {
  if (!allow) return "prevented";
  return windowHours ? `allowed between ${windowHours[0]} and ${windowHours[1]} o'clock` : "allowed at once";
}

const actions: Record<MscsResource["restart"]["action"], string> = {
  none: "do not restart",
  restart: "restart, never move the group",
  failover: "restart, then move the group",
};

export function resourceProperties(resource: MscsResource): Property[] {
  const defaults = resourceTypes.find(({ type }) => type === resource.type)?.defaults;
  const { restart } = resource;
  const timed = (term: string, value: number | null, fallback: number | null | undefined): Property => ({
    term,
    text: value === null ? (fallback ? `${fallback} s (of the type)` : "none for this type") : `${value} s`,
    isDefault: value === null,
  });
  return [
    { term: "Type", text: `${resourceTitles[resource.type]}: ${resourceDetail(resource)}`, isDefault: false },
    {
      term: "Depends on",
      text: resource.dependsOn.join(", ") || "nothing",
      isDefault: resource.dependsOn.length === 0,
    },
    {
      term: "Possible owners",
      text: resource.possibleOwners.join(", ") || "both nodes",
      isDefault: resource.possibleOwners.length === 0,
    },
    { term: "Restart action", text: actions[restart.action], isDefault: restart.action === "failover" },
    {
      term: "Restart threshold",
      text: `${restart.threshold} in ${restart.periodS} s, ${restart.delayMs} ms after the failure`,
      isDefault: restart.threshold === 3 && restart.periodS === 900 && restart.delayMs === 500,
    },
    timed("Pending timeout", resource.pendingTimeoutS, defaults?.pendingTimeoutS),
    timed("LooksAlive interval", resource.looksAliveS, defaults?.looksAliveS),
    timed("IsAlive interval", resource.isAliveS, defaults?.isAliveS),
    {
      term: "Retry after failure",
      text: resource.retryAfterS === null ? "never" : `after ${resource.retryAfterS} s`,
      isDefault: resource.retryAfterS === 3600,
    },
  ];
}
