/** What may stand in the fields of the forms, each with one sentence that says so. The planner has the last word. Pure. */
import { parseCidr } from "@bulkhead/core/fleet";
import type { ResourceField } from "@bulkhead/core/mscs";

export type Verdict = true | string;

const objectName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @param taken names that exist already. */
export function judgeName(text: string, taken: readonly string[]): Verdict {
  if (!objectName.test(text))
    return "Use small letters, digits and hyphens, beginning with a letter, for example sql.";
  return taken.includes(text) ? `${text} exists already. Take another name, or edit that one.` : true;
}

/** Whole numbers; an empty text is allowed where nothing must be said. */
export function judgeNumber(text: string, [least, most]: readonly [number, number]): Verdict {
  if (text.trim() === "") return true;
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= most
    ? true
    : `Write a whole number from ${least} to ${most}.`;
}

export function judgeSubnet(text: string): Verdict {
  return parseCidr(text.trim())
    ? true
    : "Write the network with its prefix length, for example 10.77.0.0/24.";
}

/** A value of the file as text for a field; what is no plain value is left to the fallback. */
export function textOf(value: unknown, fallback = ""): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : fallback;
}

/** Lines of NAME=VALUE. */
export function judgeParameters(text: string): Verdict {
  const wrong = linesOf(text).find((line) => !/^[A-Za-z_][A-Za-z0-9_.-]{0,63}=/.test(line));
  return wrong === undefined ? true : `Write NAME=VALUE on each line; "${wrong}" is not so.`;
}

/** "ip=10.0.0.1" lines as names and values. */
export function parametersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

export function parametersText(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join("\n");
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A field of a resource type as core's registry describes it. */
export function judgeField(field: ResourceField, text: string): Verdict {
  const value = text.trim();
  if (value === "") return field.isRequired ? `${field.title} is missing.` : true;
  if (field.pattern && !new RegExp(field.pattern.source).test(value)) return sentence(field.pattern.says);
  switch (field.kind) {
    case "path":
      return value.startsWith("/") ? true : "Write an absolute path, for example /srv/sql.";
    case "cidr":
      return parseCidr(value) ? true : "Write the address with its prefix length, for example 10.77.0.50/24.";
    case "interface":
      return /^[a-zA-Z0-9_.@-]{1,15}$/.test(value)
        ? true
        : "Write the name of an interface, for example eth0.";
    case "port":
      return judgeNumber(value, [1, 65_535]);
    case "number":
      return judgeNumber(value, field.range ?? [0, Number.MAX_SAFE_INTEGER]);
    case "parameters":
      return judgeParameters(value);
    default:
      return true;
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
