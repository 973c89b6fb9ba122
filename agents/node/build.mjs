/**
 * Builds the agent bundle: `dist/agent.mjs` and one file per half, what they share in `dist/chunks`, our resource agents
 * for Pacemaker in `dist/ocf`, all of it in `dist/agent.tgz`, and `dist/manifest.json` with version and digest. Same sources, same bytes. Usage:
 * `node agents/node/build.mjs [--out DIR]`. Takes about a second; whether it is due is for the caller to decide.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const checkout = resolve(here, "../..");

/**
 * The entries of the bundle. The halves are loaded by name at run time, so nothing drags them into the frame; the
 * driver is what the WLBS half runs in a thread of its own, "foreign" what looks at an engine of somebody else.
 */
export const entryPoints = {
  agent: join(here, "src/main.ts"),
  wlbs: join(checkout, "agents/wlbs/src/index.ts"),
  "wlbs-driver": join(checkout, "agents/wlbs/src/driver/thread-program.ts"),
  mscs: join(checkout, "agents/mscs/src/index.ts"),
  "mscs-foreign": join(checkout, "agents/mscs/src/foreign-program.ts"),
};

/** CommonJS packages inside the bundle still ask for Node's own modules with `require`. */
const requireBanner =
  'import { createRequire as bulkheadRequire } from "node:module"; const require = bulkheadRequire(import.meta.url);';

/**
 * No module of a package does anything but define things, so a module that nobody uses is left out. Without this
 * word an entry would carry every module that its packages mention, the other half's among them.
 */
const modulesOnlyDefine = {
  name: "modules-only-define",
  setup(plugins) {
    plugins.onResolve({ filter: /^(@bulkhead\/|\.)/ }, async (args) => {
      if (
        args.pluginData === "resolved" ||
        (!args.importer.includes("/packages/") && args.path.startsWith("."))
      )
        return null;
      const { path, errors } = await plugins.resolve(args.path, {
        importer: args.importer,
        resolveDir: args.resolveDir,
        kind: args.kind,
        pluginData: "resolved",
      });
      return errors.length > 0 ? { errors } : { path, sideEffects: false };
    });
  },
};

/** Bundles into `outDir` and returns esbuild's metafile, from which the tests read who is in which file. */
export async function bundleAgent(outDir) {
  const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const result = await build({
    entryPoints,
    outdir: outDir,
    absWorkingDir: checkout,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[hash]",
    banner: { js: requireBanner },
    define: {
      bulkheadAgentVersion: JSON.stringify(version),
      // Optional native helpers of the WebSocket package: not in the bundle, so not to be looked for on the node.
      "process.env.WS_NO_BUFFER_UTIL": '"1"',
      "process.env.WS_NO_UTF_8_VALIDATE": '"1"',
    },
    legalComments: "none",
    plugins: [modulesOnlyDefine],
    metafile: true,
    logLevel: "warning",
  });
  return { metafile: result.metafile, version };
}

/** Everything in the archive has the same owner, mode and date: its digest depends on its content alone. */
function pack(outDir) {
  const names = ["agent.mjs", "wlbs.mjs", "wlbs-driver.mjs", "mscs.mjs", "mscs-foreign.mjs", "chunks", "ocf"];
  const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=a=rX,u+w"];
  execFileSync("tar", [...fixed, "-C", outDir, "-I", "gzip -n", "-cf", join(outDir, "agent.tgz"), ...names]);
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const outDir = resolve(values.out ?? join(here, "dist"));
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(join(outDir, "chunks"), { recursive: true });
  const { version } = await bundleAgent(outDir);
  // Beside the MSCS half, which installs them where Pacemaker looks for its agents.
  cpSync(join(checkout, "agents/mscs/ocf"), join(outDir, "ocf"), { recursive: true });
  pack(outDir);
  const archive = join(outDir, "agent.tgz");
  chmodSync(archive, 0o644);
  const sha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
  const manifest = {
    formatVersion: 1,
    version,
    sha256,
    size: statSync(archive).size,
    nodeMinimum: "22.18.0",
  };
  writeFileSync(join(outDir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
