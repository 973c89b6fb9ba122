/** Plan and apply as the controller does it, in one transaction, for tests of the stores. */
import type { ApplyInput, Db, PlanRow, Tx } from "../stores.ts";
import { event, nodeNames, plan } from "./fleet.ts";

/** `floating`: the floating address of the pair, if it is to be another one. */
export type Change = Partial<ApplyInput> & { floating?: string };
export type Apply = (id: string, change?: Change) => ReturnType<Tx["intent"]["apply"]>;

export function planRow(id: string, floating?: string): PlanRow {
  const body = plan(floating);
  const report = { refusals: [], plan: body, summary: "6 nodes change" };
  return {
    id,
    hash: `hash-${id}`,
    parentHash: null,
    yaml: "version: 1\n",
    intent: body.intent,
    report,
    problems: [],
    createdAt: 10,
    createdBy: "Ann",
  };
}

/** Makes a plan `id` and puts it in force as deployment `d-id`. */
export function applierOn(db: Db): Apply {
  return (id, { floating, ...change } = {}) =>
    db.change(async (tx) => {
      tx.audit.append(event("deployment.apply", { id }));
      await tx.plans.create(planRow(id, floating));
      const generations = await tx.intent.nextGenerations([...nodeNames]);
      const nodes = nodeNames.map((node) => ({
        node,
        generation: generations[node] ?? 0,
        envelope: { payload: node, keyId: "k" },
      }));
      const names = { planId: id, planHash: `hash-${id}`, deploymentId: `d-${id}` };
      const input = { ...names, parentHash: null, plan: plan(floating), by: "Ann", at: 20, nodes };
      return tx.intent.apply({ ...input, ...change });
    });
}
