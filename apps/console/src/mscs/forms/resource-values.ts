/** A resource between the fleet file and its form. What is at its default is not written. Pure. */
import { type ResourceField, type ResourceTypeName, resourceTypes } from "@bulkhead/core/mscs";
import type { Plain } from "../../fleet-file/plain.ts";
import { parametersOf, parametersText, textOf } from "./judges.ts";

/** Texts as they are typed; numbers become numbers on the way out. */
export interface ResourceValues {
  name: string;
  type: ResourceTypeName;
  settings: Record<string, string | boolean>;
  dependsOn: string[];
  possibleOwners: string[];
  action: "none" | "restart" | "failover";
  threshold: string;
  periodS: string;
  delayMs: string;
  pendingTimeoutS: string;
  looksAliveS: string;
  isAliveS: string;
  retryAfterS: string;
}

/** DOMAIN 2.4. */
const defaults = { action: "failover", threshold: "3", periodS: "900", delayMs: "500" } as const;

export const fieldsOf = (type: ResourceTypeName): readonly ResourceField[] =>
  resourceTypes.find((each) => each.type === type)?.fields ?? [];

/** A form for a new resource of a type, its fields at their defaults. */
export function newResource(type: ResourceTypeName): ResourceValues {
  return resourceValues("", { type });
}

/** The form of what the fleet file says. */
export function resourceValues(name: string, file: Readonly<Record<string, unknown>>): ResourceValues {
  const type = (file["type"] ?? "ipAddress") as ResourceTypeName;
  const restart = (file["restart"] ?? {}) as Record<string, unknown>;
  return {
    name,
    type,
    settings: Object.fromEntries(
      fieldsOf(type).map((field) => [field.name, settingOf(field, file[field.name])]),
    ),
    dependsOn: (file["dependsOn"] ?? []) as string[],
    possibleOwners: (file["possibleOwners"] ?? []) as string[],
    action: (restart["action"] ?? defaults.action) as ResourceValues["action"],
    threshold: textOf(restart["threshold"], defaults.threshold),
    periodS: textOf(restart["periodS"], defaults.periodS),
    delayMs: textOf(restart["delayMs"], defaults.delayMs),
    pendingTimeoutS: textOf(file["pendingTimeoutS"]),
    looksAliveS: textOf(file["looksAliveS"]),
    isAliveS: textOf(file["isAliveS"]),
    retryAfterS: textOf(file["retryAfterS"]),
  };
}

function settingOf(field: ResourceField, value: unknown): string | boolean {
  if (field.kind === "flag") return (value ?? field.fallback) === true;
  if (field.kind === "parameters") return parametersText((value ?? {}) as Record<string, unknown>);
  return textOf(value ?? field.fallback);
}

/**
 * What the fleet file is to say, key by key; undefined = not said. Possible owners are said only where they exclude a node.
 */
export function resourceFile(
  values: ResourceValues,
  nodes: readonly string[],
): Record<string, Plain | undefined> {
  const settings = fieldsOf(values.type).map(
    (field) => [field.name, written(field, values.settings[field.name])] as const,
  );
  const isEverywhere = nodes.every((node) => values.possibleOwners.includes(node));
  return {
    type: values.type,
    ...Object.fromEntries(settings),
    dependsOn: filled(values.dependsOn),
    possibleOwners: isEverywhere ? undefined : filled(values.possibleOwners),
    restart: restartFile(values),
    pendingTimeoutS: numberOf(values.pendingTimeoutS),
    looksAliveS: numberOf(values.looksAliveS),
    isAliveS: numberOf(values.isAliveS),
    retryAfterS: values.retryAfterS.trim() === "never" ? "never" : numberOf(values.retryAfterS),
  };
}

function written(field: ResourceField, value: string | boolean | undefined): Plain | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value === field.fallback ? undefined : value;
  const text = value.trim();
  if (text === "") return undefined;
  if (field.kind === "parameters") return parametersOf(text);
  const plain = field.kind === "port" || field.kind === "number" ? Number(text) : text;
  return !field.isRequired && plain === field.fallback ? undefined : plain;
}

function restartFile({ action, threshold, periodS, delayMs }: ResourceValues): Plain | undefined {
  const isDefault =
    action === defaults.action &&
    threshold === defaults.threshold &&
    periodS === defaults.periodS &&
    delayMs === defaults.delayMs;
  if (isDefault) return undefined;
  return {
    action: action === defaults.action ? undefined : action,
    threshold: numberOf(threshold),
    periodS: numberOf(periodS),
    delayMs: delayMs === defaults.delayMs ? undefined : numberOf(delayMs),
  };
}

const filled = (list: readonly string[]) => (list.length > 0 ? [...list] : undefined);
const numberOf = (text: string) => (text.trim() === "" ? undefined : Number(text));

/** Required dependencies (DOMAIN 2.4) that the chosen ones do not fulfil, a sentence each. */
export function missingDependencies(
  type: ResourceTypeName,
  chosen: readonly string[],
  others: readonly { name: string; type: ResourceTypeName }[],
): string[] {
  const requires = resourceTypes.find((each) => each.type === type)?.requires ?? [];
  const types = others.filter(({ name }) => chosen.includes(name)).map((other) => other.type);
  return requires
    .filter(({ anyOf }) => !anyOf.some((wanted) => types.includes(wanted)))
    .map(({ anyOf, why }) => `It must depend on ${anyOf.map(titleOf).join(" or ")}. ${why}`);
}

const titleOf = (type: ResourceTypeName) => resourceTypes.find((each) => each.type === type)?.title ?? type;
