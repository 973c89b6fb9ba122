/**
 * Makes the Prisma client (`src/generated`) when schema.prisma or the generator has changed, and otherwise ends at once.
 * Plain JavaScript, because it runs before anything else can. Needs no network (see prisma.config.ts).
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const schema = new URL("prisma/schema.prisma", root);
const output = new URL("src/generated/", import.meta.url);
const stamp = new URL("fingerprint", output);

const require = createRequire(import.meta.url);
const { version } = require("prisma/package.json");
const fingerprint = createHash("sha256").update(version).update(readFileSync(schema)).digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint) {
  const command = require.resolve("prisma/build/index.js");
  const result = spawnSync(process.execPath, [command, "generate"], {
    cwd: fileURLToPath(root),
    env: { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
    encoding: "utf8",
  });
  if (result.status !== 0) {
    console.error(`The Prisma client could not be made:\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
  const partial = new URL("fingerprint.new", output);
  rmSync(partial, { force: true });
  writeFileSync(partial, fingerprint);
  renameSync(partial, stamp);
}
