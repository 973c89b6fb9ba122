/** The lockfile installs everywhere: no host names, exact versions, and every platform's optional package is in it. */
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { root, trackedFiles } from "./source.ts";

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(fs.readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};

it("no registry's address is in the lockfile", () => {
  const named = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith("http"));
  expect(named.map(([name]) => `${name}: install with the project's .npmrc`)).toEqual([]);
});

it("every optional dependency has an entry, or npm ci stops on other platforms", () => {
  const present = new Set(Object.keys(lock.packages).map((name) => name.split("node_modules/").at(-1)));
  const missing = Object.entries(lock.packages).flatMap(([name, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((wanted) => !present.has(wanted))
      .map((wanted) => `${name} needs ${wanted}: pin another version of ${name}`),
  );
  expect(missing).toEqual([]);
});

it("versions are pinned", () => {
  const manifests = trackedFiles().filter((name) => name.endsWith("package.json"));
  const loose = manifests.flatMap((name) => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, name), "utf8")) as Record<
      string,
      Record<string, string> | undefined
    >;
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    return Object.entries(all)
      .filter(([wanted, version]) => !wanted.startsWith("@bulkhead/") && !/^\d/.test(version))
      .map(([wanted, version]) => `${name}: ${wanted} ${version}; write the exact version`);
  });
  expect(loose).toEqual([]);
});
