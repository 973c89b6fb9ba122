/** Opens Prisma's schema engine from its WebAssembly package. After an error the engine is spent: open a new one. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import { adapterFactory } from "./adapter.ts";

/** The part of the global that is used here; the project compiles without the browser's library of types. */
declare const WebAssembly: {
  Module: { new (bytes: Uint8Array): object; imports(module: object): { module: string }[] };
  Instance: new (module: object, imports: Record<string, object>) => { exports: Record<string, unknown> };
};

/** The glue module beside the .wasm file; its published types leave out the two loading functions. */
interface Glue {
  __wbg_set_wasm(exports: object): void;
  SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] },
      log: () => void,
      adapter: object,
    ) => Promise<SchemaEngine>;
  };
}

export interface SchemaFile {
  path: string;
  content: string;
}

/** Opens the engine on the database, calls `use` and lets the engine go again. */
export async function withEngine<T>(
  url: string,
  schema: SchemaFile,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const glue = await loadGlue();
  const adapter = new TrackedAdapter(url);
  const engine = await glue.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
    await adapter.closeAll();
  }
}

let loads = 0;

/** The glue keeps views of its instance's memory, so each instance needs a copy of its own: hence the query in the address. */
async function loadGlue(): Promise<Glue> {
  const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const glue = (await import(`${pathToFileURL(file).href}?load=${loads++}`)) as Glue;
  const code = new WebAssembly.Module(readFileSync(join(dirname(file), "schema_engine_bg.wasm")));
  const imports = Object.fromEntries(WebAssembly.Module.imports(code).map((entry) => [entry.module, glue]));
  const instance = new WebAssembly.Instance(code, imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return glue;
}

/** The engine does not always dispose of its connections; we do. Closing twice is harmless. */
class TrackedAdapter {
  readonly provider = "postgres";
  readonly adapterName = "pg-migrate";
  readonly #factory;
  readonly #open = new Set<() => Promise<void>>();

  constructor(url: string) {
    this.#factory = adapterFactory(url);
  }

  async connect() {
    return this.#track(await this.#factory.connect());
  }

  async connectToShadowDb() {
    return this.#track(await this.#factory.connectToShadowDb());
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((close) => close()));
  }

  #track<C extends { dispose(): Promise<void> }>(connection: C): C {
    const dispose = connection.dispose.bind(connection);
    const close = async () => {
      if (this.#open.delete(close)) await dispose();
    };
    this.#open.add(close);
    connection.dispose = close;
    return connection;
  }
}
