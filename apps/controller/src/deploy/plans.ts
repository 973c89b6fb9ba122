/** Planning: fleet file -> stored plan with a hash. Refused plans are kept and audited too. */
import { createHash, randomUUID } from "node:crypto";
import type { Actor, OverridableRule, PlanView } from "@bulkhead/api";
import type { AuditEvent } from "@bulkhead/core/audit";
import { canonicalJson } from "@bulkhead/core/fleet";
import { type Intent, type PlanReport, planFleet, planText } from "@bulkhead/core/plan";
import type { Db, PlanRow } from "@bulkhead/db";
import type { Clock } from "@bulkhead/runtime";
import { parseFleet } from "@bulkhead/spec";
import { deedOf, refusalDetail } from "../audit.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import type { World } from "../world.ts";
import { inventoryOf } from "./inventory.ts";
import { planValidations } from "./plan-validations.ts";

export interface Planner {
  db: Pick<Db, "change" | "plans" | "mscs">;
  world: World;
  live: LiveFleet;
  clock: Clock;
}

/** Plans the text on the plan in force and on what the nodes report now. */
export async function createPlan(
  planner: Planner,
  actor: Actor,
  { yaml, override = [] }: { yaml: string; override?: readonly OverridableRule[] },
): Promise<PlanView> {
  const { db, world, clock } = planner;
  await world.refresh();
  const parsed = parseFleet(yaml);
  const problems = parsed.ok ? [] : parsed.problems;
  const report = parsed.ok ? planIntent(planner, parsed.intent, override) : unreadableReport(problems.length);
  const row: PlanRow = {
    id: randomUUID(),
    hash: report.plan ? sha256(planText(report.plan)) : sha256(canonicalJson({ yaml, report, problems })),
    parentHash: world.applied?.row.hash ?? null,
    yaml,
    intent: parsed.ok ? parsed.intent : null,
    report,
    problems,
    createdAt: clock.nowMs(),
    createdBy: actor.name,
  };
  await db.change(async (tx) => {
    await tx.plans.create(row);
    tx.audit.append(planDeed(actor, row, override));
  });
  return await validatedView(planner, row);
}

/** The plan with the reports that should be read before it is applied. */
export async function validatedView(
  { db, world }: Pick<Planner, "db" | "world">,
  row: PlanRow,
): Promise<PlanView> {
  const plan = row.report.plan;
  const before = world.applied?.plan ?? null;
  const validations = await planValidations(db.mscs, { plan, planHash: row.hash, before });
  return { ...planView(row, world), validations };
}

/** The same function at plan and at apply: the guard runs on the inventory of the moment. */
export function planIntent(
  { world, live, clock }: Pick<Planner, "world" | "live" | "clock">,
  intent: Intent,
  override: readonly OverridableRule[] = [],
): PlanReport {
  const { applied } = world;
  const { converging, ...inventory } = inventoryOf(world, live, clock.nowMs());
  return planFleet({
    intent,
    // R32 is set aside by not telling that somebody converges.
    inventory: override.includes("R32") ? inventory : { ...inventory, converging },
    parent: applied ? { hash: applied.row.hash, plan: applied.plan } : null,
  });
}

export function planView(row: PlanRow, world: World): PlanView {
  const head = world.applied?.row.hash ?? null;
  return {
    id: row.id,
    hash: row.hash,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    yaml: row.yaml,
    report: row.report,
    problems: row.problems as PlanView["problems"],
    stale: row.report.plan !== null && row.parentHash !== head && row.hash !== head,
  };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function unreadableReport(problemCount: number): PlanReport {
  const noun = problemCount === 1 ? "place" : "places";
  return {
    refusals: [],
    plan: null,
    summary: `The fleet file could not be read: ${problemCount} ${noun} to correct`,
  };
}

function planDeed(actor: Actor, row: PlanRow, override: readonly OverridableRule[]): AuditEvent {
  const { report, problems } = row;
  return deedOf(actor, {
    at: row.createdAt,
    action: "plan.create",
    object: { kind: "plan", name: row.id },
    outcome: report.plan ? "done" : "refused",
    detail: {
      hash: row.hash,
      parent: row.parentHash,
      summary: report.summary,
      ...(override.length > 0 ? { override } : {}),
      ...(problems.length > 0 ? { problems } : {}),
      ...(report.refusals.length > 0 ? refusalDetail(report.refusals) : {}),
      ...(report.plan ? { nodes: report.plan.changes.map(({ node }) => node) } : {}),
    },
  });
}
