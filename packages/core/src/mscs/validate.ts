/** Validation of a pair before it is formed, and again later (Test-Cluster, DOMAIN 2.7): facts in, verdicts out. */
import type { MscsPolicy } from "./types.ts";
import { configurationTests } from "./validate-configuration.ts";
import { inspectionOf, type PairInspection } from "./validate-facts.ts";
import { inventoryTests } from "./validate-inventory.ts";
import { networkTests } from "./validate-network.ts";
import { storageTests } from "./validate-storage.ts";
import type { ValidationReport, ValidationTest } from "./validation.ts";

/** Pure. Every test that can be made of what was found, in the order of the categories. */
export function validatePair(policy: MscsPolicy, found: PairInspection): ValidationTest[] {
  const inspection = inspectionOf(policy, found);
  return [
    ...inventoryTests(inspection),
    ...networkTests(inspection),
    ...storageTests(inspection),
    ...configurationTests(inspection),
  ];
}

/** The worst of all. What was skipped says nothing good: something that could not be tested and should be is a warning. */
export function worstResult(tests: readonly ValidationTest[]): ValidationReport["result"] {
  if (tests.some(({ result }) => result === "fail")) return "fail";
  const isOpen = ({ result, cure }: ValidationTest) =>
    result === "warning" || (result === "skipped" && cure !== null);
  return tests.some(isOpen) ? "warning" : "pass";
}
