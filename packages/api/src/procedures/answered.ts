/** Turns what a service answers into what HTTP says: 404 for what is not there, 409 or 422 for a refusal. */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Missing } from "../context.ts";
import { notFound, refuse, refuseInput } from "../trpc.ts";

/** Refusals of what was written, whatever the state of the fleet. */
const inputRules = new Set(["B-rule-target", "B-packet"]);

/** Throws unless the answer is one. */
export function answered<T>(answer: T | { refusals: Refusal[] } | Missing): T {
  if (isMissing(answer)) return notFound(answer.missing, answer.cure);
  if (!isRefused(answer)) return answer;
  return answer.refusals.every(({ rule }) => inputRules.has(rule))
    ? refuseInput(answer.refusals)
    : refuse(answer.refusals);
}

function isMissing(answer: unknown): answer is Missing {
  return typeof answer === "object" && answer !== null && "missing" in answer;
}

function isRefused(answer: unknown): answer is { refusals: Refusal[] } {
  return typeof answer === "object" && answer !== null && "refusals" in answer;
}
