/** The plan in force: compare-and-set on the head, and the relational copy of intent on which the wall stands. */
import type { MscsGroup, MscsPolicy } from "@bulkhead/core/mscs";
import type { Plan } from "@bulkhead/core/plan";
import type { PortRule, WlbsPolicy } from "@bulkhead/core/wlbs";
import { type Client, toDate, toJson, toJsonOrNull, toMs } from "../client.ts";
import type { DeploymentRow, FleetHeadRow, IntentReads, IntentWrites, ReissueInput } from "../stores.ts";
import { deploymentFromRow, planFromRow } from "./plans.ts";
import { stalePlan } from "./refusals.ts";

export function intentReads(client: Client): IntentReads {
  return {
    head: () => readHead(client),
    async applied() {
      const row = await client.fleetHead.findUnique({ where: { id: 1 }, include: { plan: true } });
      return row?.plan ? planFromRow(row.plan) : null;
    },
  };
}

export function intentWrites(client: Client): IntentWrites {
  return {
    ...intentReads(client),
    async nextGenerations(nodes) {
      await lockHead(client);
      const rows = await client.node.findMany({ where: { name: { in: nodes } } });
      return Object.fromEntries(rows.map((row) => [row.name, row.desiredGeneration + 1]));
    },
    async apply(input) {
      await lockHead(client);
      const head = await readHead(client);
      if (head.planHash !== input.parentHash) return { refusal: stalePlan(input.planId) };
      await replaceIntent(client, input.plan);
      const moved = { planId: input.planId, planHash: input.planHash, movedAt: toDate(input.at) };
      await client.fleetHead.update({ where: { id: 1 }, data: moved });
      return insertDeployment(client, input);
    },
    async reissue(input) {
      await lockHead(client);
      const head = await readHead(client);
      if (head.planHash !== input.planHash) return { refusal: stalePlan(input.planId) };
      return insertDeployment(client, input);
    },
  };
}

async function readHead(client: Client): Promise<FleetHeadRow> {
  const { planId, planHash, movedAt } = await client.fleetHead.findUniqueOrThrow({ where: { id: 1 } });
  return { planId, planHash, movedAt: toMs(movedAt) };
}

/** Two admins at once: the second waits here and then finds the head moved. */
async function lockHead(client: Client): Promise<void> {
  await client.$queryRaw`select 1 from "FleetHead" where "id" = 1 for update`;
}

async function insertDeployment(client: Client, input: ReissueInput): Promise<DeploymentRow> {
  const at = toDate(input.at);
  for (const { node, generation } of input.nodes) {
    await client.node.update({ where: { name: node }, data: { desiredGeneration: generation } });
  }
  const nodes = input.nodes.map(({ node, generation, envelope }) => {
    return { node, generation, envelope: toJsonOrNull(envelope), state: "waiting" as const, updatedAt: at };
  });
  const { planId, planHash, by } = input;
  const row = await client.deployment.create({
    data: {
      id: input.deploymentId,
      planId,
      planHash,
      by,
      state: "running",
      startedAt: at,
      nodes: { create: nodes },
    },
    include: { nodes: { orderBy: { node: "asc" } } },
  });
  return deploymentFromRow(row);
}

/** Everything out, everything in: triggers release and claim nodes and addresses, constraints judge the whole. */
async function replaceIntent(client: Client, plan: Plan): Promise<void> {
  await client.wlbsCluster.deleteMany();
  await client.mscsCluster.deleteMany();
  for (const name of Object.keys(plan.intent.wlbs)) await insertWlbs(client, wlbsPolicy(plan, name));
  for (const name of Object.keys(plan.intent.mscs)) await insertMscs(client, mscsPolicy(plan, name));
}

function wlbsPolicy(plan: Plan, cluster: string): WlbsPolicy {
  for (const policy of Object.values(plan.policies)) {
    if (policy.service === "wlbs" && policy.wlbs.cluster === cluster) return policy.wlbs;
  }
  throw new Error(
    `The plan has no policy for WLBS cluster ${cluster}: the planner must give one to every member.`,
  );
}

function mscsPolicy(plan: Plan, cluster: string): MscsPolicy {
  for (const policy of Object.values(plan.policies)) {
    if (policy.service === "mscs" && policy.mscs.cluster === cluster) return policy.mscs;
  }
  throw new Error(
    `The plan has no policy for MSCS pair ${cluster}: the planner must give one to both nodes.`,
  );
}

async function insertWlbs(client: Client, policy: WlbsPolicy): Promise<void> {
  const { cluster: clusterName, internetName, mode, clusterMac, partition, filterIcmp } = policy;
  const { periodMs: heartbeatPeriodMs, tolerance: heartbeatTolerance } = policy.heartbeat;
  const settings = { internetName, mode, clusterMac, partition, filterIcmp };
  await client.wlbsCluster.create({
    data: { name: clusterName, ...settings, heartbeatPeriodMs, heartbeatTolerance },
  });
  await client.wlbsVip.createMany({
    data: policy.vips.map(({ address: vip, prefixLength }, position) => {
      return { clusterName, position, vip, prefixLength };
    }),
  });
  await client.wlbsHost.createMany({
    data: policy.hosts.map(({ node, ...host }) => ({ nodeName: node, clusterName, ...host })),
  });
  await client.portRule.createMany({ data: policy.rules.map((rule) => ruleRow(clusterName, rule)) });
}

function ruleRow(clusterName: string, { weights, priorities, probe, ...rule }: PortRule) {
  return { clusterName, ...rule, handling: toJson({ weights, priorities, probe }) };
}

async function insertMscs(client: Client, policy: MscsPolicy): Promise<void> {
  const { cluster: clusterName, engine, witness, tokenMs, fencing, networks } = policy;
  const settings = toJson({ networks, fencing });
  const head = { name: clusterName, engine, tokenMs, fencingAgent: fencing?.agent ?? null, settings };
  const vote = { witnessNode: witness?.node ?? null, witnessAddress: witness?.address ?? null };
  await client.mscsCluster.create({ data: { ...head, ...vote } });
  const nodes = policy.nodes.map(({ node, nodeId, address, secondAddress }) => {
    const second = secondAddress === null ? {} : { secondAddress, secondAddressUse: "mscsSecond" as const };
    return { nodeName: node, clusterName, nodeId, address, ...second };
  });
  await client.mscsNode.createMany({ data: nodes });
  for (const group of policy.groups) await insertGroup(client, clusterName, group);
}

async function insertGroup(client: Client, clusterName: string, group: MscsGroup): Promise<void> {
  const { name, preferredOwners, failback, failover, resources, ...rest } = group;
  const settings = { failbackAllow: failback.allow, failbackWindowHours: failback.windowHours ?? [] };
  const limits = { failoverThreshold: failover.threshold, failoverPeriodHours: failover.periodHours };
  const { priority, antiAffinity, persistentState } = rest;
  const later = { priority, antiAffinity, persistentState };
  await client.mscsGroup.create({
    data: { clusterName, name, preferredOwners, ...settings, ...limits, ...later },
  });
  const rows = resources.map((resource) => ({ clusterName, groupName: name, ...resourceRow(resource) }));
  await client.mscsResource.createMany({ data: rows });
}

function resourceRow(resource: MscsGroup["resources"][number]) {
  const { name, type, ...settings } = resource;
  if (resource.type !== "ipAddress")
    return { name, type, address: null, addressUse: null, settings: toJson(settings) };
  return {
    name,
    type,
    address: resource.address,
    addressUse: "mscsFloating" as const,
    settings: toJson(settings),
  };
}
