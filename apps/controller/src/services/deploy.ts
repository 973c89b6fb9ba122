/** The `intent`, `plans` and `deployments` parts of the API context. */
import type { ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import { formatFleet } from "@bulkhead/spec";
import { type Applier, applyPlan } from "../deploy/apply.ts";
import { createPlan, planView, validatedView } from "../deploy/plans.ts";
import type { Rollouts } from "../deploy/rollout.ts";
import { deploymentView } from "../deploy/views.ts";
import type { ChangeFeed } from "../live/feed.ts";

const liveEveryMs = 250;

/** What the editor starts from before anything was applied. */
const emptyFleet = formatFleet({ wlbs: {}, mscs: {} });

export interface DeployServiceOptions {
  db: Db;
  applier: Applier;
  rollouts: Rollouts;
  feed: ChangeFeed;
}

export function intentService({ applier }: DeployServiceOptions): ApiContext["intent"] {
  return {
    async current() {
      const { applied } = applier.world;
      return { yaml: applied?.row.yaml ?? emptyFleet, planHash: applied?.row.hash ?? null };
    },
  };
}

export function plansService({ db, applier }: DeployServiceOptions): ApiContext["plans"] {
  return {
    create: (actor, yaml, override) =>
      createPlan(applier, actor, { yaml, ...(override ? { override } : {}) }),
    async get(id) {
      const row = await db.plans.get(id);
      return row ? await validatedView({ db, world: applier.world }, row) : null;
    },
    async list(limit) {
      return (await db.plans.list(limit)).map((row) => planView(row, applier.world));
    },
  };
}

export function deploymentsService(options: DeployServiceOptions): ApiContext["deployments"] {
  const { db, applier, rollouts, feed } = options;
  return {
    async apply(actor, order) {
      const result = await applyPlan(applier, actor, order);
      if ("refusals" in result) return result;
      await applier.world.refresh();
      rollouts.start(result);
      return deploymentView(result);
    },
    async get(id) {
      const row = await db.deployments.get(id);
      return row ? deploymentView(row) : null;
    },
    async list(limit) {
      return (await db.deployments.list(limit)).map(deploymentView);
    },
    live: (id, signal) => liveDeployment({ db, feed }, id, signal),
  };
}

/** Yields when something in the deployment has changed, and ends with it. */
async function* liveDeployment(
  { db, feed }: Pick<DeployServiceOptions, "db" | "feed">,
  id: string,
  signal: AbortSignal,
) {
  let shown = "";
  for await (const _ of feed.ticks(signal, liveEveryMs)) {
    const row = await db.deployments.get(id);
    if (!row) return;
    const view = deploymentView(row);
    const text = JSON.stringify(view);
    if (text !== shown) yield view;
    shown = text;
    if (row.state !== "running") return;
  }
}
