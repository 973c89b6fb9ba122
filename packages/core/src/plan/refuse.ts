/** Builds an error refusal; the rule files give the words. */
import type { ObjectRef, Refusal } from "../fleet/index.ts";

/** Objects are `[kind, name]`; the severity is error. */
export function refusal(
  rule: string,
  objects: [ObjectRef["kind"], string][],
  words: Pick<Refusal, "message" | "reason" | "cure">,
): Refusal {
  return { rule, severity: "error", objects: objects.map(([kind, name]) => ({ kind, name })), ...words };
}
