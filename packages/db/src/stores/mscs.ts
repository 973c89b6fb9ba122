/** Failovers, commands and validation reports of the pairs. The bodies are written from checked reports. */
import type { FailoverRecord, MscsAct, ValidationReport } from "@bulkhead/core/mscs";
import { type Client, toDate, toJson, toJsonOrNull } from "../client.ts";
import type { ValidationReport as ValidationModel } from "../generated/client.ts";
import type {
  ActActor,
  MscsHistory,
  MscsHistoryReads,
  MscsHistoryWrites,
  ValidationRow,
} from "../stores-mscs.ts";

export function mscsHistoryReads(client: Client): MscsHistoryReads {
  return {
    async failovers({ pair, group, before, limit }) {
      const rows = await client.mscsFailover.findMany({
        where: {
          pair,
          ...(group === null ? {} : { groupName: group }),
          ...(before === null ? {} : { startedAt: { lt: toDate(before) } }),
        },
        orderBy: [{ startedAt: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(({ body }) => body as unknown as FailoverRecord);
    },
    async act(id) {
      const row = await client.mscsAct.findUnique({ where: { id } });
      if (!row) return null;
      const { pair, node } = row;
      return {
        pair,
        node,
        actor: row.actor as unknown as ActActor | null,
        act: row.body as unknown as MscsAct,
      };
    },
    async validations({ pair, limit }) {
      const rows = await client.validationReport.findMany({
        ...(pair === null ? {} : { where: { pair } }),
        orderBy: [{ at: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(validationFromRow);
    },
    async validation(id) {
      const row = await client.validationReport.findUnique({ where: { id } });
      return row && validationFromRow(row);
    },
  };
}

export function mscsHistory(client: Client): MscsHistory {
  return {
    async noteFailover(pair, record) {
      const data = failoverData(record);
      const key = { pair, id: record.id };
      await client.mscsFailover.upsert({
        where: { pair_id: key },
        create: { ...key, ...data },
        update: data,
      });
    },
    async forgetBefore(at) {
      const old = { startedAt: { lt: toDate(at) } };
      await client.mscsFailover.deleteMany({ where: old });
      await client.mscsAct.deleteMany({ where: { ...old, endedAt: { not: null } } });
    },
  };
}

export function mscsHistoryWrites(client: Client): MscsHistoryWrites {
  return {
    ...mscsHistoryReads(client),
    async endFailover(pair, record) {
      const data = failoverData(record);
      const key = { pair, id: record.id };
      const made = await client.mscsFailover.createMany({ data: { ...key, ...data }, skipDuplicates: true });
      if (made.count > 0) return true;
      const ended = await client.mscsFailover.updateMany({ where: { ...key, endedAt: null }, data });
      return ended.count > 0;
    },
    async beginAct({ pair, node, actor, act }) {
      const data = { id: act.id, pair, node, actor: toJsonOrNull(actor), ...actData(act) };
      await client.mscsAct.createMany({ data, skipDuplicates: true });
    },
    async endAct({ pair, node, act }) {
      const data = { pair, node, ...actData(act) };
      const made = await client.mscsAct.createMany({ data: { id: act.id, ...data }, skipDuplicates: true });
      if (made.count > 0) return true;
      const ended = await client.mscsAct.updateMany({ where: { id: act.id, endedAt: null }, data });
      return ended.count > 0;
    },
    async createValidation(report) {
      const { id, pair, at, result, planHash } = report;
      const data = { id, pair, at: toDate(at), result, planHash, body: toJson(report) };
      await client.validationReport.create({ data });
    },
    async allow(id, deploymentId) {
      await client.validationReport.updateMany({ where: { id, deploymentId: null }, data: { deploymentId } });
    },
  };
}

function failoverData(record: FailoverRecord) {
  return {
    groupName: record.group,
    startedAt: toDate(record.startedAt),
    endedAt: dateOrNull(record.endedAt),
    body: toJson(record),
  };
}

function actData(act: MscsAct) {
  return { startedAt: toDate(act.startedAt), endedAt: dateOrNull(act.endedAt), body: toJson(act) };
}

function dateOrNull(at: number | null): Date | null {
  return at === null ? null : toDate(at);
}

function validationFromRow({ body, deploymentId }: ValidationModel): ValidationRow {
  return { report: body as unknown as ValidationReport, deploymentId };
}
