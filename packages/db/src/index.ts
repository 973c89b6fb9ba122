/** The database package: stores, embedded Postgres and migrations. The only package that knows Prisma. */
export * from "./refused.ts";
export type * from "./stores.ts";
