import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig, storeConfig } from "./config.ts";

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bh-config-"));
  path = join(directory, "etc/agent.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const controllers = ["https://bulkhead.example"];

it("offers metrics on loopback unless told otherwise", () => {
  storeConfig(path, { controllers });
  expect(loadConfig(path)).toEqual({
    ok: true,
    value: { controllers, metrics: { address: "127.0.0.1", port: 9504 }, installPackages: false },
  });
  writeFileSync(path, JSON.stringify({ controllers, metrics: null }));
  expect(loadConfig(path)).toMatchObject({ value: { metrics: null } });
});

it("keeps what the admin has written when the node is enrolled anew", () => {
  const metrics = { address: "::1", port: 9600 };
  storeConfig(path, { controllers });
  writeFileSync(path, JSON.stringify({ controllers, metrics }));
  storeConfig(path, { controllers: ["https://other.example"] });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ controllers: ["https://other.example"], metrics });
});

it.each([
  [{ controllers: ["ftp://x"] }, "names no controller"],
  [{ controllers, metrics: { address: "localhost", port: 9504 } }, "names no place for metrics"],
  [{ controllers, metrics: { address: "::1", port: 0 } }, "names no place for metrics"],
])("says what is wrong with %j", (settings, problem) => {
  storeConfig(path, { controllers });
  writeFileSync(path, JSON.stringify(settings));
  const config = loadConfig(path);
  expect(config.ok || config.problem).toContain(problem);
});
