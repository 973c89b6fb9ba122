/** The validation report (Test-Cluster, DOMAIN 2.7) as data. */

export type ValidationCategory = "inventory" | "network" | "storage" | "configuration";
export type ValidationResult = "pass" | "warning" | "fail" | "skipped";

export interface ValidationTest {
  /** Stable, for example `network.two-links`. */
  id: string;
  category: ValidationCategory;
  title: string;
  result: ValidationResult;
  /** What was found, a sentence or a few lines. */
  found: string;
  /** What to do; null with `pass`. */
  cure: string | null;
  /** The node it was found on; null = the pair. */
  node: string | null;
}

export interface ValidationReport {
  id: string;
  pair: string;
  nodes: string[];
  /** Epoch milliseconds. */
  at: number;
  by: string;
  /** The worst of all. */
  result: Exclude<ValidationResult, "skipped">;
  tests: ValidationTest[];
  /** Hash of the plan that it looked at; null = the pair as it runs. */
  planHash: string | null;
}
