/**
 * The connection that the schema engine (WebAssembly, no download) uses. Prisma's own Postgres adapter cannot serve here:
 * it does not know the type "char" of the catalogue, and its shadow database may be the main one.
 */
import { randomUUID } from "node:crypto";
import {
  type ColumnType,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  ColumnTypeEnum as Type,
} from "@prisma/driver-adapter-utils";
import pg from "pg";

/** Postgres type ids (pg_type.oid) that the engine wants to be told apart; all others are text to it. */
const scalars: Record<number, ColumnType> = {
  16: Type.Boolean,
  18: Type.Character,
  20: Type.Int64,
  21: Type.Int32,
  23: Type.Int32,
  26: Type.Int64,
  114: Type.Json,
  700: Type.Float,
  701: Type.Double,
  1114: Type.DateTime,
  1184: Type.DateTime,
  1700: Type.Numeric,
  2950: Type.Uuid,
  3802: Type.Json,
};
const arrays: Record<number, [ColumnType, number]> = {
  1000: [Type.BooleanArray, 16],
  1002: [Type.CharacterArray, 18],
  1003: [Type.TextArray, 19],
  1005: [Type.Int32Array, 21],
  1007: [Type.Int32Array, 23],
  1009: [Type.TextArray, 25],
  1015: [Type.TextArray, 25],
  1016: [Type.Int64Array, 20],
  1028: [Type.Int64Array, 26],
};
/** Parser of `text[]`. The published types list only some of the type ids. */
const parseArray = pg.types.getTypeParser(1009 as Parameters<typeof pg.types.getTypeParser>[0]) as (
  text: string,
) => (string | null)[];
const rawText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

function convert(oid: number, value: string | null): unknown {
  if (value === null) return null;
  if (oid === 16) return value === "t";
  if (oid === 21 || oid === 23) return Number(value);
  if (oid === 1114 || oid === 1184)
    return `${value.replace(" ", "T").replace(/[+-]\d\d(:\d\d)?$/, "")}+00:00`;
  const array = arrays[oid];
  return array ? parseArray(value).map((item) => convert(array[1], item)) : value;
}

/** The engine understands a Postgres error only in this form. */
function rethrow(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const { code = "", severity = "", message, detail, column, hint } = error;
  throw new DriverAdapterError({
    kind: "postgres",
    code,
    severity,
    message,
    detail,
    column,
    hint,
    originalCode: code,
    originalMessage: message,
  });
}

/** The session speaks UTC: otherwise the engine would read times with the offset dropped. */
async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: "-c TimeZone=UTC" });
  client.on("error", () => {});
  await client.connect();
  return client;
}

function connection(client: pg.Client, after: () => Promise<void>): SqlDriverAdapter {
  return {
    provider: "postgres",
    adapterName: "pg-migrate",
    async queryRaw({ sql, args }) {
      const query = { text: sql, values: args, rowMode: "array" as const, types: rawText };
      const result = await client.query<(string | null)[]>(query).catch(rethrow);
      const oids = result.fields.map((field) => field.dataTypeID);
      return {
        columnNames: result.fields.map((field) => field.name),
        columnTypes: oids.map((oid) => scalars[oid] ?? arrays[oid]?.[0] ?? Type.Text),
        rows: result.rows.map((row) => row.map((value, column) => convert(oids[column] ?? 0, value))),
      };
    },
    async executeRaw({ sql, args }) {
      return (await client.query(sql, args).catch(rethrow)).rowCount ?? 0;
    },
    async executeScript(script) {
      await client.query(script).catch(rethrow);
    },
    getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
    startTransaction() {
      throw new Error("The schema engine opens its transactions in SQL.");
    },
    async dispose() {
      await client.end();
      await after();
    },
  };
}

/** A database of its own beside the real one, dropped when the engine lets go of it. */
async function connectToShadow(url: string): Promise<SqlDriverAdapter> {
  const name = `shadow_${randomUUID().replaceAll("-", "")}`;
  const admin = await connect(url);
  await admin.query(`create database "${name}"`);
  const shadow = new URL(url);
  shadow.pathname = `/${name}`;
  return connection(await connect(shadow.href), async () => {
    await admin.query(`drop database "${name}" with (force)`);
    await admin.end();
  });
}

/** What `SchemaEngine.new` takes, bound to one database. */
export function adapterFactory(url: string): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: "postgres",
    adapterName: "pg-migrate",
    connect: async () => connection(await connect(url), async () => {}),
    connectToShadowDb: () => connectToShadow(url),
  };
}
