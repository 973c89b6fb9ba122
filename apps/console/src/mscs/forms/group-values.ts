/** A group between the fleet file and its form. What is at its default is not written. Pure. */
import type { GroupPriority } from "@bulkhead/core/mscs";
import type { Plain } from "../../fleet-file/plain.ts";

export interface GroupValues {
  name: string;
  /** Nodes in order, joined by a comma; empty = none. */
  preferredOwners: string;
  failback: "prevent" | "allow" | "window";
  windowFrom: string;
  windowTo: string;
  threshold: string;
  periodHours: string;
  priority: GroupPriority;
  /** Names, joined by commas. */
  antiAffinity: string;
  persistentState: boolean;
}

/** The form of what the fleet file says; an empty object gives a new group. */
export function groupValues(name: string, file: Readonly<Record<string, unknown>>): GroupValues {
  const failback = (file["failback"] ?? {}) as { allow?: boolean; windowHours?: [number, number] | null };
  const failover = (file["failover"] ?? {}) as { threshold?: number; periodHours?: number };
  const [from, to] = failback.windowHours ?? [2, 4];
  return {
    name,
    preferredOwners: ((file["preferredOwners"] ?? []) as string[]).join(","),
    failback: failback.allow ? (failback.windowHours ? "window" : "allow") : "prevent",
    windowFrom: String(from),
    windowTo: String(to),
    threshold: String(failover.threshold ?? 10),
    periodHours: String(failover.periodHours ?? 6),
    priority: (file["priority"] ?? "medium") as GroupPriority,
    antiAffinity: ((file["antiAffinity"] ?? []) as string[]).join(", "),
    persistentState: (file["persistentState"] ?? true) === true,
  };
}

/** What the fleet file is to say, key by key; undefined = not said. Resources are not touched. */
export function groupFile(values: GroupValues): Record<string, Plain | undefined> {
  const owners = listOf(values.preferredOwners);
  const classes = listOf(values.antiAffinity);
  return {
    preferredOwners: owners.length > 0 ? owners : undefined,
    failback: failbackFile(values),
    failover: failoverFile(values),
    priority: values.priority === "medium" ? undefined : values.priority,
    antiAffinity: classes.length > 0 ? classes : undefined,
    persistentState: values.persistentState ? undefined : false,
  };
}

function failoverFile(values: GroupValues): Plain | undefined {
  const threshold = Number(values.threshold);
  const periodHours = Number(values.periodHours);
  if (threshold === 10 && periodHours === 6) return undefined;
  return {
    threshold: threshold === 10 ? undefined : threshold,
    periodHours: periodHours === 6 ? undefined : periodHours,
  };
}

function failbackFile({ failback, windowFrom, windowTo }: GroupValues): Plain | undefined {
  if (failback === "prevent") return undefined;
  return failback === "allow"
    ? { allow: true }
    : { allow: true, windowHours: [Number(windowFrom), Number(windowTo)] };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Every order in which the two nodes may be preferred. */
export function ownerOrders(nodes: readonly string[]): { value: string; text: string }[] {
  const [first, second] = nodes;
  if (!first || !second) return [{ value: "", text: "none" }];
  return [
    { value: "", text: "none: it starts where the engine puts it" },
    { value: first, text: first },
    { value: second, text: second },
    { value: `${first},${second}`, text: `${first}, then ${second}` },
    { value: `${second},${first}`, text: `${second}, then ${first}` },
  ];
}
