/** Plans, and the deployments that carry them out. */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Intent, PlanReport } from "@bulkhead/core/plan";
import { type Client, toDate, toJson, toJsonOrNull, toMs, toMsOrNull } from "../client.ts";
import type { Deployment, DeploymentNode, Plan } from "../generated/client.ts";
import type {
  DeploymentNodeRow,
  DeploymentReads,
  DeploymentRow,
  DeploymentWrites,
  PlanReads,
  PlanRow,
  PlanWrites,
} from "../stores.ts";

export function planReads(client: Client): PlanReads {
  return {
    async get(id) {
      const row = await client.plan.findUnique({ where: { id } });
      return row && planFromRow(row);
    },
    async list(limit) {
      const rows = await client.plan.findMany({
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(planFromRow);
    },
  };
}

export function planWrites(client: Client): PlanWrites {
  return {
    ...planReads(client),
    async create({ intent, report, problems, createdAt, ...plan }) {
      const json = { intent: toJsonOrNull(intent), report: toJson(report), problems: toJson(problems) };
      await client.plan.create({ data: { ...plan, ...json, createdAt: toDate(createdAt) } });
    },
  };
}

export function planFromRow(row: Plan): PlanRow {
  return {
    ...row,
    intent: row.intent as unknown as Intent | null,
    report: row.report as unknown as PlanReport,
    problems: row.problems as unknown[],
    createdAt: toMs(row.createdAt),
  };
}

const withNodes = { nodes: { orderBy: { node: "asc" } } } as const;

export function deploymentReads(client: Client): DeploymentReads {
  return {
    async get(id) {
      const row = await client.deployment.findUnique({ where: { id }, include: withNodes });
      return row && deploymentFromRow(row);
    },
    async list(limit) {
      const orderBy = [{ startedAt: "desc" as const }, { id: "desc" as const }];
      const rows = await client.deployment.findMany({ orderBy, take: limit, include: withNodes });
      return rows.map(deploymentFromRow);
    },
    async latestBundle(node) {
      const row = await client.deploymentNode.findFirst({ where: { node }, orderBy: { generation: "desc" } });
      return row && { ...nodeFromRow(row), deploymentId: row.deploymentId };
    },
  };
}

export function deploymentWrites(client: Client): DeploymentWrites {
  return {
    ...deploymentReads(client),
    async setNode(deploymentId, node, { state, refusal, at }) {
      const data = { state, refusal: toJsonOrNull(refusal), updatedAt: toDate(at) };
      await client.deploymentNode.update({ where: { deploymentId_node: { deploymentId, node } }, data });
    },
    async finish(id, { state, why, at }) {
      await client.deployment.update({ where: { id }, data: { state, why, finishedAt: toDate(at) } });
    },
    async setWhy(id, why) {
      await client.deployment.update({ where: { id }, data: { why } });
    },
  };
}

export function deploymentFromRow(row: Deployment & { nodes: DeploymentNode[] }): DeploymentRow {
  return {
    ...row,
    startedAt: toMs(row.startedAt),
    finishedAt: toMsOrNull(row.finishedAt),
    nodes: row.nodes.map(nodeFromRow),
  };
}

function nodeFromRow(row: DeploymentNode): DeploymentNodeRow {
  const { node, generation, envelope, state } = row;
  return {
    node,
    generation,
    envelope,
    state,
    refusal: row.refusal as Refusal | null,
    updatedAt: toMs(row.updatedAt),
  };
}
