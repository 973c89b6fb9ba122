/**
 * The part of a Pacemaker configuration (CIB) that Bulkhead answers for, as plain data. `packages/pacemaker`
 * turns it into XML; names of properties, agents and parameters are Pacemaker's own.
 */

export interface CibModel {
  /** `crm_config`: cluster properties. */
  properties: Record<string, string>;
  /** `rsc_defaults`. */
  resourceDefaults: Record<string, string>;
  /** Fence devices, one for each node of the pair. */
  fencing: CibPrimitive[];
  groups: CibGroup[];
  locations: CibLocation[];
}

export interface CibPrimitive {
  id: string;
  /** `provider` is null for fence agents. */
  agent: { class: "ocf" | "stonith"; provider: string | null; type: string };
  attributes: Record<string, string>;
  meta: Record<string, string>;
  operations: CibOperation[];
}

export interface CibOperation {
  name: "start" | "stop" | "monitor";
  /** 0 for start and stop. */
  intervalS: number;
  timeoutS: number;
}

export interface CibGroup {
  id: string;
  meta: Record<string, string>;
  /** Hours of the day, as date specifications, in which the group may go back to its preferred owner. */
  failbackHours: string[];
  /** In start order. A Pacemaker group starts them one after another and stops them in reverse. */
  members: CibPrimitive[];
}

export interface CibLocation {
  id: string;
  resource: string;
  node: string;
  score: number | "-INFINITY";
}

/** CIB id of a group's resource: ids are global in a CIB, names only within their group. Names hold no dot. */
export function resourceId(group: string, resource: string): string {
  return `${group}.${resource}`;
}

/** The resource's name within its group; ids that Bulkhead did not make stay as they are. */
export function resourceNameOf(group: string, id: string): string {
  return id.startsWith(`${group}.`) ? id.slice(group.length + 1) : id;
}
