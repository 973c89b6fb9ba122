/** Validation reports by category, worst first. Pure. */
import type {
  ValidationCategory,
  ValidationReport,
  ValidationResult,
  ValidationTest,
} from "@bulkhead/core/mscs";
import type { StateRole } from "@bulkhead/ui/state.tsx";

export const categoryTitles: Record<ValidationCategory, string> = {
  inventory: "Inventory",
  network: "Network",
  storage: "Storage",
  configuration: "Configuration",
};

export const resultWords: Record<ValidationResult, { role: StateRole; word: string }> = {
  fail: { role: "bad", word: "Fail" },
  warning: { role: "warn", word: "Warning" },
  pass: { role: "ok", word: "Pass" },
  skipped: { role: "off", word: "Skipped" },
};

const order: readonly ValidationResult[] = ["fail", "warning", "pass", "skipped"];

export interface CategoryTests {
  category: ValidationCategory;
  tests: ValidationTest[];
  counts: { result: ValidationResult; count: number }[];
}

/** In the order of Test-Cluster; a category without a test is left out. */
export function byCategory(tests: readonly ValidationTest[]): CategoryTests[] {
  const categories = Object.keys(categoryTitles) as ValidationCategory[];
  return categories.flatMap((category) => {
    const mine = tests
      .filter((test) => test.category === category)
      .toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
    return mine.length === 0 ? [] : [{ category, tests: mine, counts: countsOf(mine) }];
  });
}

/** How many of each result, worst first; none of zero. */
export function countsOf(tests: readonly ValidationTest[]): { result: ValidationResult; count: number }[] {
  return order
    .map((result) => ({ result, count: tests.filter((test) => test.result === result).length }))
    .filter(({ count }) => count > 0);
}

/** The verdict in one sentence. */
export function verdictText({ result, tests }: ValidationReport): string {
  const counts = countsOf(tests)
    .map((each) => `${each.count} ${resultWords[each.result].word.toLowerCase()}`)
    .join(", ");
  if (result === "fail") return `Do not deploy this: ${counts}.`;
  return result === "warning"
    ? `It may be deployed; read the warnings first: ${counts}.`
    : `Nothing speaks against it: ${counts}.`;
}

export const reportUrl = (id: string, kind: "html" | "json") =>
  `/api/validation/${encodeURIComponent(id)}.${kind}`;
