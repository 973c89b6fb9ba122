import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
// @ts-expect-error The build script is plain JavaScript, so that it runs on any Node.
import { bundleAgent } from "../build.mjs";
import { halfLoader, loaders } from "./halves.ts";
import { runProgram } from "./testing/run-program.ts";

interface Output {
  imports: { path: string; kind: string }[];
  inputs: Record<string, unknown>;
}
interface Built {
  metafile: { outputs: Record<string, Output> };
  version: string;
}

// Builds and installs on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const sourceUrl = new URL("main.ts", import.meta.url).href;
const buildScript = fileURLToPath(new URL("../build.mjs", import.meta.url));
let folder: string;
let outputs: Record<string, Output>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bulkhead-bundle-"));
  const built = (await bundleAgent(folder)) as Built;
  outputs = Object.fromEntries(
    Object.entries(built.metafile.outputs).map(([path, output]) => [path.split("/").at(-1) ?? path, output]),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every source that is loaded when this file is, chunks included. */
function sourcesOf(file: string): string[] {
  const seen = new Set<string>();
  const sources = new Set<string>();
  const visit = (name: string): void => {
    const output = outputs[name];
    if (output === undefined || seen.has(name)) return;
    seen.add(name);
    for (const source of Object.keys(output.inputs)) sources.add(source);
    for (const { path } of output.imports) visit(path.split("/").at(-1) ?? path);
  };
  visit(file);
  return [...sources];
}

const foreign = {
  "wlbs.mjs": /^(packages\/pacemaker|packages\/core\/src\/mscs|agents\/mscs)\//,
  // What delays a beat must not even be there: no metrics, no probes, no link.
  "wlbs-driver.mjs":
    /^(packages\/pacemaker|packages\/core\/src\/mscs|agents\/(mscs|node)|agents\/wlbs\/src\/(metrics|probes))\/|\/(prom-client|ws|commander|pino)\//,
  "mscs.mjs": /^(packages\/nft|packages\/core\/src\/wlbs|agents\/wlbs)\//,
  "mscs-foreign.mjs": /^(packages\/nft|packages\/core\/src\/wlbs|agents\/(wlbs|node))\//,
  "agent.mjs": /^(packages\/(nft|pacemaker|core\/src\/(wlbs|mscs|plan))|agents\/(wlbs|mscs))\//,
};

describe("the bundle", () => {
  it.each(Object.entries(foreign))("%s loads nothing of the other half", (file, form) => {
    const sources = sourcesOf(file);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => form.test(source))).toEqual([]);
  });

  it("has each half's own code in its own file, so that the test above can fail", () => {
    expect(sourcesOf("wlbs-driver.mjs").some((source) => source.startsWith("packages/nft/"))).toBe(true);
    expect(sourcesOf("wlbs.mjs").some((source) => source.includes("/prom-client/"))).toBe(true);
    expect(sourcesOf("mscs.mjs").some((source) => source.startsWith("packages/pacemaker/"))).toBe(true);
  });

  it("needs nothing that is not in it but Node", () => {
    for (const { imports } of Object.values(outputs))
      for (const { path } of imports) expect(path.endsWith(".mjs") || isBuiltin(path), path).toBe(true);
  });

  it("is the same archive every time, and the manifest has its digest", async () => {
    const digests = [];
    for (const out of ["one", "two"]) {
      const { exitCode, stderr } = await runProgram(process.execPath, [
        buildScript,
        "--out",
        join(folder, out),
      ]);
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
      digests.push(
        createHash("sha256")
          .update(readFileSync(join(folder, out, "agent.tgz")))
          .digest("hex"),
      );
    }
    expect(digests[0]).toBe(digests[1]);
    const manifest = JSON.parse(readFileSync(join(folder, "one/manifest.json"), "utf8")) as {
      sha256: string;
    };
    expect(manifest.sha256).toBe(digests[0]);
  });

  it("gives the frame each half by name, and a process never loads a second one", async () => {
    const mainUrl = pathToFileURL(join(folder, "agent.mjs")).href;
    for (const service of ["wlbs", "mscs", "witness"] as const)
      expect(await halfLoader(mainUrl)(service), service).toBeTypeOf("function");
    const load = halfLoader(mainUrl);
    await load("mscs");
    await load("witness");
    await expect(load("wlbs")).rejects.toThrow(/is a mscs agent; restart it/);
  });

  it("looks at an engine of somebody else in a thread that ends, and the process can then become any half", async () => {
    for (const mainUrl of [pathToFileURL(join(folder, "agent.mjs")).href, sourceUrl]) {
      const { foreign, loadHalf } = loaders(mainUrl);
      expect(await foreign.answerStranger("wlbs.query", {})).toMatchObject({ code: "bad-params" });
      const late = foreign.answerStranger("mscs.agents", {});
      const [half] = await Promise.all([loadHalf("wlbs"), expect(late).rejects.toThrow("it was ended")]);
      expect(half).toBeTypeOf("function");
      // The next look begins another thread.
      expect(await foreign.answerStranger("wlbs.query", {})).toMatchObject({ code: "bad-params" });
      await foreign.end();
    }
  });
});
