/** Which pairs of a plan should be validated before it is applied, and their newest reports. */
import type { PlanValidation } from "@bulkhead/api";
import { holdsSharedDisk, type MscsPolicy, type ValidationReport } from "@bulkhead/core/mscs";
import type { Plan } from "@bulkhead/core/plan";
import type { MscsHistoryReads } from "@bulkhead/db";
import { mscsPairs } from "../live/snapshot.ts";

/** How far back a report of the very plan is looked for. */
const lookBack = 20;

/** Pairs that the plan forms, and pairs to which it brings a shared disk. Pure. `before` null = nothing is in force. */
export function pairsToValidate(plan: Plan, before: Plan | null): Pick<PlanValidation, "pair" | "why">[] {
  const present = pairsOf(before);
  return pairsOf(plan).flatMap((pair) => {
    const former = present.find(({ cluster }) => cluster === pair.cluster);
    if (!former) return [{ pair: pair.cluster, why: `Pair ${pair.cluster} is formed.` }];
    const known = new Set(disksOf(former));
    const added = disksOf(pair).filter((disk) => !known.has(disk));
    return added.length === 0
      ? []
      : [{ pair: pair.cluster, why: `A shared disk comes to pair ${pair.cluster}: ${added.join(", ")}.` }];
  });
}

function pairsOf(plan: Plan | null): MscsPolicy[] {
  return mscsPairs(Object.values(plan?.policies ?? {}));
}

function disksOf({ groups }: MscsPolicy): string[] {
  return groups.flatMap(({ name, resources }) =>
    resources.filter(holdsSharedDisk).map((resource) => `${name}/${resource.name}`),
  );
}

/** The report of this very plan, else the newest of the pair; null = it was never validated. */
export async function reportFor(
  reads: Pick<MscsHistoryReads, "validations">,
  pair: string,
  planHash: string,
): Promise<ValidationReport | null> {
  const rows = await reads.validations({ pair, limit: lookBack });
  const found = rows.find(({ report }) => report.planHash === planHash) ?? rows[0];
  return found?.report ?? null;
}

export async function planValidations(
  reads: Pick<MscsHistoryReads, "validations">,
  { plan, planHash, before }: { plan: Plan | null; planHash: string; before: Plan | null },
): Promise<PlanValidation[]> {
  const wanted = plan === null ? [] : pairsToValidate(plan, before);
  return await Promise.all(
    wanted.map(async (item) => ({ ...item, report: shortOf(await reportFor(reads, item.pair, planHash)) })),
  );
}

function shortOf(report: ValidationReport | null): PlanValidation["report"] {
  if (report === null) return null;
  const { id, at, by, result, planHash } = report;
  return { id, at, by, result, planHash };
}
