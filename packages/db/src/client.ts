/** The Prisma client on a pool of its own, and the small conversions that every store needs. */
import { cleanText } from "@bulkhead/core/audit";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "./generated/client.ts";

/** What a store may use: the client itself or a transaction of it. */
export type Client = Prisma.TransactionClient;

export interface Connections {
  prisma: PrismaClient;
  /** For what Prisma is too slow for: long reads of the audit chain. */
  pool: pg.Pool;
  close(): Promise<void>;
}

/** The session speaks UTC: otherwise the adapter would relabel local times as UTC, silently. */
export function connect(url: string): Connections {
  const pool = new pg.Pool({ connectionString: url, options: "-c TimeZone=UTC", max: 12 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
  return { prisma, pool, close };
}

/** Epoch milliseconds of a column, and back. */
export const toMs = (at: Date): number => at.getTime();
export const toMsOrNull = (at: Date | null): number | null => at?.getTime() ?? null;
export const toDate = (ms: number): Date => new Date(ms);

/** A value for a JSON column. Characters that Postgres cannot store are replaced: agents may send anything. */
export function toJson(value: unknown): Prisma.InputJsonValue {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "string" ? cleanText(item) : item,
  );
  return JSON.parse(text ?? "null") as Prisma.InputJsonValue;
}

/** The same for a column that may be null. */
export function toJsonOrNull(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : toJson(value);
}
