/** Enrolled machines, their tokens and their telemetry. */
import type { Refusal } from "@bulkhead/core/fleet";
import { type Client, toDate, toJson, toJsonOrNull, toMs, toMsOrNull } from "../client.ts";
import type { Node } from "../generated/client.ts";
import type { EnrolInput, NodeReads, NodeRow, NodeTelemetry, NodeWrites } from "../stores.ts";
import { badToken, nameTaken, nodeInUse, sameMachine, unknownNode } from "./refusals.ts";

export function nodeReads(client: Client): NodeReads {
  return {
    async get(name) {
      const row = await client.node.findUnique({ where: { name } });
      return row && fromRow(row);
    },
    async list(options = {}) {
      const where = options.withRevoked ? {} : { revokedAt: null };
      return (await client.node.findMany({ where, orderBy: { name: "asc" } })).map(fromRow);
    },
  };
}

export function nodeWrites(client: Client): NodeWrites {
  return {
    ...nodeReads(client),
    enrol: (input) => enrol(client, input),
    revoke: (name, at) => revoke(client, name, at),
    async createToken({ createdAt, expiresAt, ...token }) {
      await client.enrolmentToken.create({
        data: { ...token, createdAt: toDate(createdAt), expiresAt: toDate(expiresAt) },
      });
    },
  };
}

export function nodeTelemetry(client: Client): NodeTelemetry {
  return {
    async seen(name, at) {
      await client.node.updateMany({ where: { name }, data: { lastSeenAt: toDate(at) } });
    },
    async inventory(name, { agentVersion, inventory, at }) {
      const data = { agentVersion, inventory: toJson(inventory), lastSeenAt: toDate(at) };
      await client.node.updateMany({ where: { name }, data });
    },
    async applied(name, { generation, refusal }) {
      await client.node.updateMany({ where: { name }, data: { lastRefusal: toJsonOrNull(refusal) } });
      const where = { name, appliedGeneration: { lt: generation } };
      if (!refusal) await client.node.updateMany({ where, data: { appliedGeneration: generation } });
    },
  };
}

function fromRow(row: Node): NodeRow {
  return {
    ...row,
    enrolledAt: toMs(row.enrolledAt),
    revokedAt: toMsOrNull(row.revokedAt),
    lastSeenAt: toMsOrNull(row.lastSeenAt),
    lastRefusal: row.lastRefusal as Refusal | null,
  };
}

async function enrol(client: Client, input: EnrolInput): Promise<{ node: NodeRow } | { refusal: Refusal }> {
  const name = await spendToken(client, input);
  if (name === null) return { refusal: badToken() };
  const rivals = await client.node.findMany({ where: { OR: [{ name }, { machineId: input.machineId }] } });
  const refusal = rivals.map((rival) => clash(rival, name, input.machineId)).find((one) => one !== null);
  if (refusal) {
    await client.enrolmentToken.update({ where: { tokenHash: input.tokenHash }, data: { usedAt: null } });
    return { refusal };
  }
  return { node: fromRow(await replaceNode(client, input, { name, rivals })) };
}

/** The node name of a valid token, which is used up by this one statement; null for any other token. */
async function spendToken(client: Client, { tokenHash, now }: EnrolInput): Promise<string | null> {
  const at = toDate(now);
  const spent = await client.enrolmentToken.updateManyAndReturn({
    where: { tokenHash, usedAt: null, expiresAt: { gt: at } },
    data: { usedAt: at },
  });
  return spent[0]?.node ?? null;
}

function clash(rival: Node, name: string, machineId: string): Refusal | null {
  if (rival.revokedAt !== null) return null;
  if (rival.name !== name) return sameMachine(name, rival.name);
  return rival.machineId === machineId ? null : nameTaken(name);
}

/** The name to enrol under, and the rows that have this name or this machine already. */
interface Place {
  name: string;
  rivals: Node[];
}

/** Generations go on where they were, because the machine remembers the last one that it accepted. */
async function replaceNode(client: Client, input: EnrolInput, { name, rivals }: Place): Promise<Node> {
  const { machineId, signingKey, sealingKey, agentVersion } = input;
  const generation = Math.max(0, ...rivals.map((rival) => rival.desiredGeneration));
  await client.node.deleteMany({
    where: { name: { in: rivals.map((rival) => rival.name) }, revokedAt: { not: null } },
  });
  const keys = { machineId, signingKey, sealingKey, agentVersion, inventory: toJson(input.inventory) };
  const data = { ...keys, enrolledAt: toDate(input.now), lastSeenAt: toDate(input.now) };
  return client.node.upsert({
    where: { name },
    create: { name, ...data, desiredGeneration: generation },
    update: { ...data, appliedGeneration: 0, lastRefusal: toJsonOrNull(null) },
  });
}

async function revoke(client: Client, name: string, at: number): Promise<Refusal | null> {
  const node = await client.node.findUnique({ where: { name } });
  if (!node || node.revokedAt) return unknownNode(name);
  const { count } = await client.node.updateMany({
    where: { name, role: null },
    data: { revokedAt: toDate(at) },
  });
  await client.enrolmentToken.updateMany({
    where: { node: name, usedAt: null },
    data: { usedAt: toDate(at) },
  });
  return count === 1 ? null : nodeInUse(name, node.role ?? "wlbs");
}
