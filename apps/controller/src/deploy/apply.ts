/**
 * Applying a plan: the hash that the admin saw, the guard once more on the inventory of the moment, and one
 * transaction that moves the head, stores the signed bundles and writes the audit event. Sending comes after.
 */
import { type KeyObject, randomUUID } from "node:crypto";
import type { Actor, OverridableRule } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { type NodePolicy, type Plan, planText } from "@bulkhead/core/plan";
import { type Db, type DeploymentRow, type PlanRow, RefusedByDatabase, type Tx } from "@bulkhead/db";
import type { BundleSecrets } from "@bulkhead/protocol";
import { parseFleet } from "@bulkhead/spec";
import { deedOf, refusalDetail } from "../audit.ts";
import type { ClusterSecrets } from "../cluster-secrets.ts";
import type { Turns } from "../turns.ts";
import { makeBundle } from "./bundles.ts";
import { clockRefusals } from "./new-pairs.ts";
import { pairsToValidate, reportFor } from "./plan-validations.ts";
import { type Planner, planIntent, sha256 } from "./plans.ts";
import { planHashDiffers, planStale, planUnknown, planUnreadable } from "./refusals.ts";

export interface Applier extends Planner {
  db: Planner["db"] & Pick<Db, "audit">;
  clusterSecrets: ClusterSecrets;
  signingKey: KeyObject;
  /** Bundles are made one after the other; see `bundlesFor`. */
  bundleTurns: Turns;
  /** The generation that a node itself says it runs; null when it is not connected. */
  reportedGeneration(node: string): number | null;
}

export interface ApplyOrder {
  planId: string;
  hash: string;
  override?: readonly OverridableRule[] | undefined;
}

/** Every attempt ends up in the audit log, refused ones too. */
export async function applyPlan(
  applier: Applier,
  actor: Actor,
  order: ApplyOrder,
): Promise<DeploymentRow | { refusals: Refusal[] }> {
  await applier.world.refresh();
  const row = await applier.db.plans.get(order.planId);
  const refusals = row ? checkOrder(applier, row, order) : [planUnknown(order.planId)];
  const plan = row?.report.plan;
  if (refusals.length > 0 || !row || !plan) return await refused(applier, actor, { order, refusals });
  const override = order.override ?? [];
  try {
    return await applier.bundleTurns.take(() => commit(applier, actor, { row, plan, override }));
  } catch (error) {
    const refusal = error instanceof Refused || error instanceof RefusedByDatabase ? error.refusal : null;
    if (!refusal) throw error;
    return await refused(applier, actor, { order, refusals: [refusal] });
  }
}

/** Empty = may go on. The database decides again, under its lock. */
function checkOrder(applier: Applier, row: PlanRow, order: ApplyOrder): Refusal[] {
  if (row.hash !== order.hash) return [planHashDiffers(row.id)];
  if (!row.report.plan)
    return row.report.refusals.length > 0 ? row.report.refusals : [planUnreadable(row.id)];
  const head = applier.world.applied?.row.hash ?? null;
  if (row.report.plan.parent !== head)
    return [planStale(row.id, "another plan has been applied since it was made")];
  // From the text, not from the stored intent: the database does not keep the order of keys, and order counts.
  const parsed = parseFleet(row.yaml);
  if (!parsed.ok) return [planUnreadable(row.id)];
  const again = planIntent(applier, parsed.intent, order.override);
  if (!again.plan) return again.refusals;
  if (sha256(planText(again.plan)) !== row.hash) {
    return [planStale(row.id, "what the nodes report has changed since it was made")];
  }
  return clockRefusals(row.report.plan, applier.live);
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

async function commit(
  applier: Applier,
  actor: Actor,
  { row, plan, override }: { row: PlanRow; plan: Plan; override: readonly OverridableRule[] },
): Promise<DeploymentRow> {
  // Nodes that change, and nodes that never took what they were given: applying again is the way to retry.
  const changed = new Set(plan.changes.map(({ node }) => node));
  const bundles = await bundlesFor(applier, plan, (node) => changed.has(node) || isLagging(applier, node));
  const deploymentId = randomUUID();
  const at = applier.clock.nowMs();
  const wanted = pairsToValidate(plan, applier.world.applied?.plan ?? null);
  return await applier.db.change(async (tx) => {
    const nodes = await bundles.sign(tx, at);
    const result = await tx.intent.apply({
      planId: row.id,
      planHash: row.hash,
      parentHash: plan.parent,
      plan,
      deploymentId,
      by: actor.name,
      at,
      nodes,
    });
    if ("refusal" in result) throw new Refused(result.refusal);
    const validations = await allowBy(tx, { wanted, planHash: row.hash, deploymentId });
    tx.audit.append(
      deedOf(actor, {
        at,
        action: "deployment.apply",
        object: { kind: "deployment", name: deploymentId },
        outcome: "done",
        detail: {
          plan: row.id,
          hash: row.hash,
          parent: plan.parent,
          ...(override.length > 0 ? { override } : {}),
          ...(validations.length > 0 ? { validations } : {}),
          changes: plan.changes.map(({ node, before, after }) => ({ node, before, after })),
          generations: Object.fromEntries(nodes.map(({ node, generation }) => [node, generation])),
        },
      }),
    );
    return result;
  });
}

/** Keeps the reports that were there to be read with the deployment; a pair without one is named as such. */
async function allowBy(
  tx: Tx,
  what: { wanted: readonly { pair: string }[]; planHash: string; deploymentId: string },
): Promise<{ pair: string; report: string | null; result: string }[]> {
  const said = [];
  for (const { pair } of what.wanted) {
    const report = await reportFor(tx.mscs, pair, what.planHash);
    if (report) await tx.mscs.allow(report.id, what.deploymentId);
    said.push({ pair, report: report?.id ?? null, result: report?.result ?? "not validated" });
  }
  return said;
}

interface BundlePart {
  node: string;
  policy: NodePolicy;
  secrets: BundleSecrets | null;
}

/**
 * Policies and secrets of the chosen nodes, and what signs them with their next generations. From the reading of the
 * secrets to the commit it must be one turn of `bundleTurns`: else an older key could follow a newer one.
 */
export async function bundlesFor(applier: Applier, plan: Plan, isChosen: (node: string) => boolean) {
  const parts: BundlePart[] = [];
  for (const [node, policy] of Object.entries(plan.policies)) {
    if (!isChosen(node)) continue;
    parts.push({ node, policy, secrets: await applier.clusterSecrets.forPolicy(policy) });
  }
  return { sign: (tx: Tx, at: number) => signAll(applier, tx, { parts, at }) };
}

function isLagging({ world, reportedGeneration }: Applier, node: string): boolean {
  const row = world.node(node);
  return row !== null && (reportedGeneration(node) ?? row.appliedGeneration) < row.desiredGeneration;
}

async function signAll(applier: Applier, tx: Tx, { parts, at }: { parts: BundlePart[]; at: number }) {
  const generations = await tx.intent.nextGenerations(parts.map(({ node }) => node));
  const nodes = [];
  for (const { node, policy, secrets } of parts) {
    const row = await tx.nodes.get(node);
    const generation = generations[node];
    if (!row || generation === undefined)
      throw new Error(`${node} is planned for but not enrolled; plan again.`);
    const envelope = makeBundle({ row, policy, secrets, generation, issuedAt: at }, applier.signingKey);
    nodes.push({ node, generation, envelope });
  }
  return nodes;
}

async function refused(
  applier: Applier,
  actor: Actor,
  { order, refusals }: { order: ApplyOrder; refusals: Refusal[] },
): Promise<{ refusals: Refusal[] }> {
  await applier.db.audit.append(
    deedOf(actor, {
      at: applier.clock.nowMs(),
      action: "deployment.apply",
      object: { kind: "plan", name: order.planId },
      outcome: "refused",
      detail: { hash: order.hash, ...refusalDetail(refusals) },
    }),
  );
  return { refusals };
}
