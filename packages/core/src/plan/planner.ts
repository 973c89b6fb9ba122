/**
 * Intent, inventory and the plan before -> the next plan and its report. Deterministic: the same input gives the same
 * plan, so that the hash which the admin saw is the hash that is applied.
 */
import { canonicalJson, type Refusal } from "../fleet/index.ts";
import { checkMoves, checkR32 } from "./change-checks.ts";
import { changesBetween } from "./changes.ts";
import { checkPlacement, isBlocking } from "./guard.ts";
import { addressesInForce } from "./own-addresses.ts";
import { compilePolicies, presentPolicy, wallOf } from "./policies.ts";
import type { Intent, Inventory, NodePolicy, Plan, PlanReport } from "./types.ts";

export interface PlanInput {
  intent: Intent;
  inventory: Inventory;
  /** The applied plan, with its hash; null before the first. */
  parent: { hash: string; plan: Plan } | null;
}

/** Never throws on bad intent: what is wrong comes back as refusals, and then there is no plan. */
export function planFleet({ intent, inventory: reported, parent }: PlanInput): PlanReport {
  const before = mapValues(parent?.plan.policies ?? {}, presentPolicy);
  const inventory = { ...reported, inForce: addressesInForce(before) };
  const placement = checkPlacement(intent, inventory);
  if (isBlocking(placement)) return refused(placement);
  const policies = { ...released(before, intent, inventory), ...compilePolicies(intent, inventory) };
  const refusals = [...placement, ...checkR32(before, policies, inventory), ...checkMoves(before, policies)];
  if (isBlocking(refusals)) return refused(refusals);
  const changes = changesBetween(before, policies);
  const plan: Plan = { parent: parent?.hash ?? null, intent, policies: sorted(policies), changes };
  return { refusals, plan, summary: summarise(changes.length, Object.keys(policies).length) };
}

function refused(refusals: Refusal[]): PlanReport {
  const count = refusals.filter(({ severity }) => severity === "error").length;
  const rules = count === 1 ? "rule is" : "rules are";
  return { refusals, plan: null, summary: `Refused: ${count} ${rules} broken` };
}

/** The text whose SHA-256 is the plan's hash. */
export function planText(plan: Plan): string {
  return canonicalJson(plan);
}

/** Nodes that had a part and lost it are told so once; nodes that are gone from the fleet are not. */
function released(
  before: Record<string, NodePolicy>,
  intent: Intent,
  inventory: Inventory,
): Record<string, NodePolicy> {
  const wall = wallOf(intent, inventory);
  const enrolled = new Set(inventory.nodes.map(({ name }) => name));
  return Object.fromEntries(
    Object.keys(before)
      .filter((node) => enrolled.has(node))
      .map((node) => [node, { service: "none", wall } as const]),
  );
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function summarise(changed: number, total: number): string {
  if (changed === 0) return "Nothing changes";
  const nodes = (count: number) => `${count} ${count === 1 ? "node" : "nodes"}`;
  return changed === total
    ? `${nodes(changed)} change`
    : `${nodes(changed)} change, ${nodes(total - changed)} stay`;
}
