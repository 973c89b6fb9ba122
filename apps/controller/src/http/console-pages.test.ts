import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPage, policyOf } from "./console-pages.ts";

let root: string;
let parent: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "bulkhead-pages-"));
  root = join(parent, "out");
  await mkdir(join(root, "_next/static"), { recursive: true });
  await mkdir(join(root, "nodes"));
  const files = ["out/index.html", "out/nodes.html", "out/_next/static/a.js", "out/.hidden", "secret.html"];
  await Promise.all(files.map((file) => writeFile(join(parent, file), "x")));
});

afterAll(() => rm(parent, { recursive: true, force: true }));

describe("findPage", () => {
  it.each([
    ["/", "index.html"],
    ["/nodes", "nodes.html"],
    ["/nodes/", "nodes.html"],
    ["/_next/static/a.js", "_next/static/a.js"],
  ])("%s is %s", async (path, file) => {
    expect((await findPage(root, path))?.file).toBe(file);
  });

  it.each([
    "/nope",
    "/../secret.html",
    "/%2e%2e/secret.html",
    "/..%2fsecret.html",
    "/.hidden",
    "/%",
    "/a%00b",
    "//secret",
  ])("finds nothing at %s", async (path) => {
    expect(await findPage(root, path)).toBeNull();
  });

  it("lets only hashed files be kept for ever", async () => {
    expect((await findPage(root, "/_next/static/a.js"))?.isImmutable).toBe(true);
    expect((await findPage(root, "/"))?.isImmutable).toBe(false);
  });
});

describe("policyOf", () => {
  it("allows inline scripts of the page by hash, and no others", () => {
    const policy = policyOf(
      `<script src="/a.js"></script><script>go()</script><script id="b">go("x")\n</script>`,
    );
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ").at(-1)).toBe(`script-src 'self' ${hash("go()")} ${hash('go("x")\n')}`);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
  });
});
