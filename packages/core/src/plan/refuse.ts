/** Builds refusals and warnings; the rule files give the words. */
import type { ObjectRef, Refusal } from "../fleet/index.ts";

/** `[kind, name]` of each object that a refusal talks about. */
export type Objects = [ObjectRef["kind"], string][];
type Words = Pick<Refusal, "message" | "reason" | "cure">;

/** Objects are `[kind, name]`; the severity is error. */
export function refusal(rule: string, objects: Objects, words: Words): Refusal {
  return { rule, severity: "error", objects: objects.map(([kind, name]) => ({ kind, name })), ...words };
}

/** The same, but it does not block: the admin decides. */
export function warning(rule: string, objects: Objects, words: Words): Refusal {
  return { ...refusal(rule, objects, words), severity: "warn" };
}
