/**
 * The part of a Pacemaker configuration (CIB) that Bulkhead answers for, as plain data. `packages/pacemaker`
 * turns it into XML; names of properties, agents and parameters are Pacemaker's own.
 */
import type { MscsPolicy } from "./types.ts";

export interface CibModel {
  /** `crm_config`: cluster properties. */
  properties: Record<string, string>;
  /** `rsc_defaults`. */
  resourceDefaults: Record<string, string>;
  /** Fence devices, one for each node of the pair. */
  fencing: CibPrimitive[];
  groups: CibGroup[];
  locations: CibLocation[];
  /** Dependencies inside groups whose members do not stand in one line. */
  orders: CibOrder[];
  /** Groups that keep apart (anti-affinity). */
  colocations: CibColocation[];
  /** Programs that the engine runs for its events. */
  alerts: CibAlert[];
}

export interface CibPrimitive {
  id: string;
  /** `provider` is null for fence agents and systemd units. */
  agent: { class: "ocf" | "stonith" | "systemd"; provider: string | null; type: string };
  attributes: Record<string, string>;
  meta: Record<string, string>;
  operations: CibOperation[];
}

export interface CibOperation {
  /** `asyncmon`: a failure that somebody reports from outside (`crm_resource --fail`); nothing runs it. */
  name: "start" | "stop" | "monitor" | "asyncmon";
  /** 0 for all but monitors. */
  intervalS: number;
  timeoutS: number;
  /** OCF_CHECK_LEVEL of a thorough monitor; absent = 0. */
  checkLevel?: number;
  /** `block`: a failure is left as it is. Absent = the engine's own way (recover; fence after a failed stop). */
  onFail?: "block";
  /** Milliseconds that a start waits; absent = 0. */
  startDelayMs?: number;
}

export interface CibGroup {
  id: string;
  meta: Record<string, string>;
  /** Hours of the day, as date specifications, in which the group may go back to its preferred owner. */
  failbackHours: string[];
  /** True: ordered offline when it is new (priority `noAutoStart`); afterwards that is for commands to say. */
  startsOffline: boolean;
  /** In start order. With meta `ordered` false only the orders of the model hold, otherwise this line. */
  members: CibPrimitive[];
}

export interface CibLocation {
  id: string;
  resource: string;
  node: string;
  score: number | "-INFINITY";
}

/** `next` starts after `first` and stops before it. Both are CIB ids. */
export interface CibOrder {
  id: string;
  first: string;
  next: string;
}

/** A negative score: `resource` keeps away from `with` where it can. */
export interface CibColocation {
  id: string;
  resource: string;
  with: string;
  score: number;
}

export interface CibAlert {
  id: string;
  /** The program. */
  path: string;
  meta: Record<string, string>;
  /** Given to the program; one call for each. */
  recipients: { id: string; value: string }[];
}

/**
 * CIB id of a group's resource: ids are global in a CIB, names only within their group. Names hold no dot. In an
 * adopted pair the names are the ids that were there: another id would stop and start the resource.
 */
export function resourceId(group: string, resource: string, engine: MscsPolicy["engine"] = "made"): string {
  return engine === "adopted" ? resource : `${group}.${resource}`;
}

/** The resource's name within its group; ids that Bulkhead did not make stay as they are. */
export function resourceNameOf(group: string, id: string): string {
  return id.startsWith(`${group}.`) ? id.slice(group.length + 1) : id;
}
