/**
 * Configuration of the Prisma command line. `generate`, `validate` and `format` never run the schema engine but insist on
 * having one, so they are given any executable: then they work without network. `migrate` is left untouched.
 */
import { defineConfig } from "prisma/config";

const offlineCommands = ["generate", "validate", "format"];
if (offlineCommands.some((command) => process.argv.includes(command))) {
  process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= process.execPath;
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://unset" },
});
