/** Who may import whom (docs/architecture.md). The table is the rule; a new edge is a decision, made here. */
import path from "node:path";
import { expect, it } from "vitest";
import { type Import, importsOf, isTest, type SourceFile, sourceFiles } from "./source.ts";

/** Workspace folder -> what it may import at run time. `types:` is for types only. */
const allowed: Record<string, readonly string[]> = {
  "packages/core": [],
  "packages/spec": ["core"],
  "packages/protocol": ["core"],
  "packages/nft": ["core"],
  "packages/pacemaker": ["core"],
  "packages/db": ["core"],
  "packages/net": ["protocol"],
  "packages/runtime": ["core/fleet", "protocol", "net", "types:core"],
  "packages/api": ["core", "spec"],
  "packages/ui": [],
  "packages/testkit": ["core", "protocol"],
  "packages/tidy": [],
  "apps/controller": ["api", "core", "db", "net", "protocol", "runtime", "spec", "pacemaker", "nft"],
  "apps/console": ["types:api", "core", "ui"],
  "apps/cli": ["types:api", "core/audit", "core/fleet", "spec", "types:core"],
  "apps/lab": [],
  "agents/node": ["core/fleet", "protocol", "net", "runtime", "agent-wlbs", "agent-mscs", "types:core"],
  "agents/wlbs": ["core/fleet", "core/wlbs", "protocol", "net", "runtime", "nft", "types:core"],
  "agents/mscs": ["core/fleet", "core/mscs", "protocol", "net", "runtime", "pacemaker", "types:core"],
  e2e: ["testkit"],
};

/** Tests may also use the test kit, and sockets; the core's own tests of wire formats do not exist. */
const forTests = ["testkit", "net"];

function mayImport(file: SourceFile, { target, isType }: Import): boolean {
  const wanted = target.replace("@bulkhead/", "");
  const rules = [...(allowed[folderOf(file.name)] ?? []), ...(isTest(file.name) ? forTests : [])];
  return rules.some((rule) => {
    const isTypeRule = rule.startsWith("types:");
    if (isTypeRule && !isType) return false;
    const name = rule.replace("types:", "");
    return wanted === name || wanted.startsWith(`${name}/`);
  });
}

function folderOf(name: string): string {
  const [first = "", second = ""] = name.split("/");
  return first === "e2e" ? first : `${first}/${second}`;
}

function resolved(name: string, target: string): string {
  return path.posix.join(path.posix.dirname(name), target);
}

const files = sourceFiles();

it("every workspace has its line in the table", () => {
  const folders = new Set(
    files.map(({ name }) => folderOf(name)).filter((name) => /^(packages|apps|agents|e2e)\b/.test(name)),
  );
  expect([...folders].filter((name) => !(name in allowed))).toEqual([]);
});

it("imports between workspaces go only where the table allows", () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter(({ target }) => target.startsWith("@bulkhead/"))
      .filter((found) => !mayImport(file, found))
      .map(
        ({ target }) =>
          `${file.name} imports ${target}: move the code to a package that both may use, or pass it in as an interface`,
      ),
  );
  expect(wrong).toEqual([]);
});

it("no import reaches into another workspace by path", () => {
  const wrong = files.flatMap(({ name, imports }) =>
    imports
      .filter(({ target }) => target.startsWith(".") && folderOf(resolved(name, target)) !== folderOf(name))
      .map(({ target }) => `${name} imports ${target}: use the package's name, @bulkhead/...`),
  );
  expect(wrong).toEqual([]);
});

it("the product does not use what is there for tests", () => {
  const wrong = files
    .filter(({ name }) => !isTest(name))
    .flatMap(({ name, imports }) =>
      imports
        .filter(({ target }) => target.startsWith(".") && isTest(resolved(name, target)))
        .map(({ target }) => `${name} imports ${target}: move what both need out of the test folder`),
    );
  expect(wrong).toEqual([]);
});

it("inside core, wlbs and mscs never meet, and only plan sees both", () => {
  const inside: Record<string, readonly string[]> = {
    fleet: [],
    wlbs: ["fleet"],
    mscs: ["fleet"],
    plan: ["fleet", "wlbs", "mscs"],
    audit: ["fleet"],
  };
  const wrong = files
    .filter(({ name }) => name.startsWith("packages/core/src/"))
    .flatMap(({ name, imports }) => {
      const part = name.split("/")[3] ?? "";
      const reached = imports
        .filter(({ target }) => target.startsWith("."))
        .map(({ target }) => resolved(name, target).split("/")[3] ?? "");
      return reached
        .filter((other) => other !== part)
        .filter((other) => !inside[part]?.includes(other))
        .map((other) => `${name} imports ${other}: only plan may know both tiers`);
    });
  expect(wrong).toEqual([]);
});

it("reads every kind of import", () => {
  const text = `import a from "a";\nimport type { B } from "b";\nimport { type C, type D } from "c";\nimport { type E, f } from "e";\nexport * from "g";\nimport "h";\nawait import("i");`;
  expect(importsOf(text).map(({ target, isType }) => `${target}${isType ? "!" : ""}`)).toEqual([
    "a",
    "b!",
    "c!",
    "e",
    "g",
    "h",
    "i",
  ]);
});
