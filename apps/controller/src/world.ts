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
    this.#applied = row?.report.plan ? { row, plan: row.report.plan } : null;
    this.#feed.poke();
  }
}
