/** API tokens and settings. */
import { type Client, toDate, toMs, toMsOrNull } from "../client.ts";
import type { ApiToken } from "../generated/client.ts";
import type { ApiTokenReads, ApiTokenRow, ApiTokenWrites, SettingReads, SettingWrites } from "../stores.ts";

/** A use is noted at most once in this time: every request would otherwise be a write. */
const noteEveryMs = 60_000;

export function apiTokenReads(client: Client): ApiTokenReads {
  return {
    async list() {
      return (await client.apiToken.findMany({ orderBy: { createdAt: "asc" } })).map(tokenFromRow);
    },
    async findByHash(tokenHash, now) {
      const row = await client.apiToken.findUnique({ where: { tokenHash } });
      if (!row) return null;
      const stale = row.lastUsedAt === null || row.lastUsedAt.getTime() < now - noteEveryMs;
      if (stale)
        await client.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: toDate(now) } });
      return tokenFromRow(row);
    },
  };
}

export function apiTokenWrites(client: Client): ApiTokenWrites {
  return {
    ...apiTokenReads(client),
    async create({ createdAt, ...token }) {
      await client.apiToken.create({ data: { ...token, createdAt: toDate(createdAt) } });
    },
    async revoke(id) {
      return (await client.apiToken.deleteMany({ where: { id } })).count > 0;
    },
  };
}

function tokenFromRow({ id, name, createdBy, createdAt, lastUsedAt }: ApiToken): ApiTokenRow {
  return { id, name, createdBy, createdAt: toMs(createdAt), lastUsedAt: toMsOrNull(lastUsedAt) };
}

export function settingReads(client: Client): SettingReads {
  return {
    async get(key) {
      return (await client.setting.findUnique({ where: { key } }))?.value ?? null;
    },
  };
}

export function settingWrites(client: Client): SettingWrites {
  return {
    ...settingReads(client),
    async set(key, value) {
      await client.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
    },
    async take(key, value) {
      return (await client.setting.deleteMany({ where: { key, value } })).count > 0;
    },
  };
}
