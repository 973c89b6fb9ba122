/** Opens a migrated database and hands out its stores. */
import type { AuditEvent } from "@bulkhead/core/audit";
import { type Client, type Connections, connect } from "./client.ts";
import { isRetryable, refusalFromError } from "./refusals.ts";
import { ChangeWithoutAudit, RefusedByDatabase } from "./refused.ts";
import { exportChunks, insertEvents, listRecords, readHead, verifyChain } from "./stores/audit.ts";
import { intentReads, intentWrites } from "./stores/intent.ts";
import { mscsHistory, mscsHistoryReads, mscsHistoryWrites } from "./stores/mscs.ts";
import { nodeReads, nodeTelemetry, nodeWrites } from "./stores/nodes.ts";
import { deploymentReads, deploymentWrites, planReads, planWrites } from "./stores/plans.ts";
import { apiTokenReads, apiTokenWrites, settingReads, settingWrites } from "./stores/small.ts";
import type { Db, Tx } from "./stores.ts";
import type { AuditStore } from "./stores-audit.ts";

const triesMax = 5;
/** Longest wait for a connection, and longest life of a change: a change that hangs must not hold the audit's lock for ever. */
const limits = { maxWait: 10_000, timeout: 20_000 };

/** The database must have been migrated (`migrate`). Connects lazily; call `ping` to know that it answers. */
export function openDatabase(url: string): Db {
  const connections = connect(url);
  const { prisma, pool } = connections;
  const change = <T>(work: (tx: Tx) => Promise<T>) => runChange(connections, work);
  return {
    nodes: nodeReads(prisma),
    telemetry: nodeTelemetry(prisma),
    intent: intentReads(prisma),
    plans: planReads(prisma),
    deployments: deploymentReads(prisma),
    apiTokens: apiTokenReads(prisma),
    settings: settingReads(prisma),
    mscs: { ...mscsHistoryReads(prisma), ...mscsHistory(prisma) },
    audit: auditStore(connections, change),
    users: { count: () => prisma.user.count() },
    authClient: prisma,
    change,
    async ping() {
      await pool.query("select 1");
    },
    close: connections.close,
  };
}

function auditStore({ pool }: Connections, change: Db["change"]): AuditStore {
  return {
    async append(...events) {
      if (events.length > 0) await change(async (tx) => tx.audit.append(...events));
    },
    list: (filter) => listRecords(pool, filter),
    head: () => readHead(pool),
    exportStream: (format, { exportedAt }) => exportChunks(pool, format, exportedAt),
    verifyAll: () => verifyChain(pool),
  };
}

async function runChange<T>({ prisma }: Connections, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await prisma.$transaction((client) => changeOnce(client, work), limits);
    } catch (error) {
      if (isRetryable(error) && tries < triesMax) continue;
      const refusal = refusalFromError(error);
      throw refusal ? new RefusedByDatabase(refusal) : error;
    }
  }
}

async function changeOnce<T>(client: Client, work: (tx: Tx) => Promise<T>): Promise<T> {
  const events: AuditEvent[] = [];
  const result = await work(transaction(client, events));
  if (events.length === 0) throw new ChangeWithoutAudit();
  await insertEvents(client, events);
  return result;
}

function transaction(client: Client, events: AuditEvent[]): Tx {
  return {
    nodes: nodeWrites(client),
    intent: intentWrites(client),
    plans: planWrites(client),
    deployments: deploymentWrites(client),
    apiTokens: apiTokenWrites(client),
    settings: settingWrites(client),
    mscs: mscsHistoryWrites(client),
    audit: { append: (...more) => void events.push(...more) },
  };
}
