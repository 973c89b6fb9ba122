/** What `validatePair` is given, and the small words with which its tests are written. */
import type { NodeFacts, WitnessFacts } from "./node-facts.ts";
import type { MscsPolicy } from "./types.ts";
import type { ValidationCategory, ValidationTest } from "./validation.ts";

/** What came of asking one machine. `facts` null: `why` says the reason. */
export interface Inspected<T> {
  node: string;
  facts: T | null;
  why: string | null;
  /** How far the clock of the machine is ahead of the controller's, ms; null = not known. */
  clockAheadMs: number | null;
  /** By so much the measurement can be wrong: half of the time that the answer took, ms. */
  clockSlackMs: number;
}

export interface PairInspection {
  /** In the order of the policy. */
  nodes: readonly Inspected<NodeFacts>[];
  /** Null = the policy has no witness. */
  witness: Inspected<WitnessFacts> | null;
}

/** All that the tests look at. `known` are the nodes that answered. */
export interface Inspection extends PairInspection {
  policy: MscsPolicy;
  known: readonly NodeFacts[];
}

export function inspectionOf(policy: MscsPolicy, found: PairInspection): Inspection {
  return { ...found, policy, known: found.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts])) };
}

interface Subject {
  id: string;
  category: ValidationCategory;
  title: string;
  node?: string;
}

export function passed(subject: Subject, found: string): ValidationTest {
  return { ...subject, node: subject.node ?? null, result: "pass", found, cure: null };
}

export function failed(subject: Subject, found: string, cure: string): ValidationTest {
  return { ...subject, node: subject.node ?? null, result: "fail", found, cure };
}

export function warned(subject: Subject, found: string, cure: string): ValidationTest {
  return { ...subject, node: subject.node ?? null, result: "warning", found, cure };
}

/** The cure of a test that could not be made is to make it possible. */
export function skipped(subject: Subject, why: string): ValidationTest {
  const cure = "Remove the cause, and run the validation again.";
  return { ...subject, node: subject.node ?? null, result: "skipped", found: why, cure };
}

/** A test that does not apply to this pair. */
export function notNeeded(subject: Subject, why: string): ValidationTest {
  return { ...subject, node: subject.node ?? null, result: "skipped", found: why, cure: null };
}

/** Faults found or not: a pass with `fine`, or a failure with every fault on a line of its own. */
export function judged(
  subject: Subject,
  faults: readonly string[],
  words: { fine: string; cure: string },
): ValidationTest {
  return faults.length === 0 ? passed(subject, words.fine) : failed(subject, faults.join("\n"), words.cure);
}

/** Whether all nodes say the same; what differs is listed by node. */
export function sameOnAll(
  subject: Subject,
  { known }: Inspection,
  words: { of(facts: NodeFacts): string; cure: string },
): ValidationTest {
  const [first, second] = known;
  if (!first || !second) return skipped(subject, "Both nodes must have answered to be compared.");
  const [a, b] = [words.of(first), words.of(second)];
  if (a === b) return passed(subject, a);
  return failed(subject, `${first.node} has ${a}\n${second.node} has ${b}`, words.cure);
}

/** Every resource of the pair with its full name, `group/resource`. */
export function resourcesOf(policy: MscsPolicy) {
  return policy.groups.flatMap((group) =>
    group.resources.map((resource) => ({ full: `${group.name}/${resource.name}`, group, resource })),
  );
}
