/** The controller's own connection to a real database: it works as the role that cannot touch the audit log. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import { openControllerDatabase } from "./database.ts";

interface Sql {
  $queryRawUnsafe(statement: string): Promise<unknown>;
}

it("works as the role with few rights, after every start", { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "bulkhead-ctl-db-"));
  await chmod(dataDir, 0o755);
  const secretsDir = join(dataDir, "secrets");
  const options = { dataDir, secretsDir, databaseUrl: null, onDatabaseLost: () => {} };
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (_fields: object, text: string) => void warnings.push(text) };
  try {
    for (let start = 1; start <= 2; start++) {
      const { db, close } = await openControllerDatabase({ ...options, log });
      const sql = db.authClient as Sql;
      expect(await sql.$queryRawUnsafe("select current_user::text, session_user::text")).toEqual([
        { current_user: "bulkhead_app", session_user: "bulkhead_app" },
      ]);
      const tampering = sql.$queryRawUnsafe(`alter table "AuditEvent" disable trigger all`);
      await expect(tampering).rejects.toThrow(/must be owner/);
      await close();
    }
    expect(warnings).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
