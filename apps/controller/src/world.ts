/**
 * The part of the database that every view needs, kept in memory and read again after every change: enrolled
 * nodes and the plan in force.
 */
import type { NodePolicy, Plan } from "@bulkhead/core/plan";
import type { Db, NodeRow, PlanRow } from "@bulkhead/db";
import type { ChangeFeed } from "./live/feed.ts";

export interface AppliedPlan {
  row: PlanRow;
  plan: Plan;
  /** Nodes whose policy was made by an earlier version; they are missing in `plan`, so that the next plan changes them. */
  outdated: string[];
}

export class World {
  readonly #db: Pick<Db, "nodes" | "intent">;
  readonly #feed: ChangeFeed;
  #nodes: NodeRow[] = [];
  #applied: AppliedPlan | null = null;

  constructor(db: Pick<Db, "nodes" | "intent">, feed: ChangeFeed) {
    this.#db = db;
    this.#feed = feed;
  }

  /** Enrolled nodes that are not revoked, by name. */
  get nodes(): readonly NodeRow[] {
    return this.#nodes;
  }

  /** Null before the first deployment. */
  get applied(): AppliedPlan | null {
    return this.#applied;
  }

  node(name: string): NodeRow | null {
    return this.#nodes.find((node) => node.name === name) ?? null;
  }

  policyOf(name: string): NodePolicy | null {
    return this.#applied?.plan.policies[name] ?? null;
  }

  /** Call it after every change that was committed. */
  async refresh(): Promise<void> {
    const [nodes, row] = await Promise.all([this.#db.nodes.list(), this.#db.intent.applied()]);
    this.#nodes = nodes;
    this.#applied = row?.report.plan ? { row, ...readPlan(row.report.plan) } : null;
    this.#feed.poke();
  }
}

/** Before the complete WLBS tier a policy had one `vip`. */
function readPlan(plan: Plan): Pick<AppliedPlan, "plan" | "outdated"> {
  const isReadable = (policy: NodePolicy) => policy.service !== "wlbs" || Array.isArray(policy.wlbs.vips);
  const entries = Object.entries(plan.policies);
  const policies = Object.fromEntries(entries.filter(([, policy]) => isReadable(policy)));
  const outdated = entries.filter(([, policy]) => !isReadable(policy)).map(([node]) => node);
  return { plan: { ...plan, policies }, outdated };
}
