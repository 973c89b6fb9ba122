/** The database package: stores, embedded Postgres and migrations. The only package that knows Prisma. */
export { migrate, schemaDrift } from "./migrate/index.ts";
export { openDatabase } from "./open.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./postgres/start.ts";
export * from "./refused.ts";
export { prepareRuntimeRole, type RuntimeRole, type RuntimeRoleOptions } from "./role/index.ts";
export { sha256 } from "./stores/audit.ts";
export type * from "./stores.ts";
export type * from "./stores-audit.ts";
export type * from "./stores-mscs.ts";
