/** Differences between rulesets, in words and in a real kernel. */
import { spawnSync } from "node:child_process";
import { BUCKET_COUNT, MARK } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import { planeTable, samplePlane } from "../testing/planes.ts";
import { variants } from "../testing/variants.ts";
import { plainFacts, renderRuleset } from "./render.ts";
import { scriptFor } from "./script.ts";

const owning = (count: number) =>
  renderRuleset(
    samplePlane({ tables: [planeTable((bucket) => (bucket < count ? MARK.owned : MARK.foreign))] }),
    plainFacts,
  );

test("nothing changes, nothing is said", () => {
  expect(scriptFor(owning(7), owning(7))).toEqual([]);
});

test("buckets that come and go are told one by one", () => {
  expect(scriptFor(owning(100), owning(102))).toEqual(["add element netdev bulkhead kept0 { 100, 101 }"]);
  expect(scriptFor(owning(102), owning(100))).toEqual(["delete element netdev bulkhead kept0 { 100, 101 }"]);
});

test("where most changes the set is filled anew", () => {
  const [flush, add, ...rest] = scriptFor(owning(BUCKET_COUNT - 1), owning(3));
  expect([flush, add]).toEqual([
    "flush set netdev bulkhead kept0",
    "add element netdev bulkhead kept0 { 0, 1, 2 }",
  ]);
  expect(rest).toEqual([]);
});

test("an entry of a map that leads elsewhere is removed by its key", () => {
  const front = (owner: number) =>
    renderRuleset(
      samplePlane({
        mode: "direct",
        clusterMac: null,
        isFront: true,
        peers: [2, 3].map((hostId) => ({ hostId, mac: `02:00:00:00:00:0${hostId}` })),
        tables: [
          planeTable((bucket) => (bucket < 4000 ? MARK.owned : MARK.foreign), {
            owners: Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) =>
              bucket < 4000 ? 1 : bucket === 4095 ? owner : 2,
            ),
          }),
        ],
      }),
      plainFacts,
    );
  expect(scriptFor(front(2), front(3))).toEqual([
    "delete element netdev bulkhead owners0 { 4095 }",
    "add element netdev bulkhead owners0 { 4095 : goto to_3 }",
  ]);
});

const isRoot = process.getuid?.() === 0;
const canTry = spawnSync("unshare", [isRoot ? "-n" : "-Urn", "nft", "list", "tables"]).status === 0;

/** What the kernel holds after these scripts; chains and sets in alphabetical order. */
function kernelAfter(scripts: readonly string[]): string {
  const commands = scripts.map((script) => `nft -f - <<'END' || exit 1\n${script}\nEND`);
  const run = spawnSync(
    "unshare",
    [isRoot ? "-n" : "-Urn", "sh", "-c", `${commands.join("\n")}\nnft -s list ruleset`],
    {
      encoding: "utf8",
    },
  );
  // Rules that are read without their sets make nft grumble; an error is one with a command.
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout
    .replaceAll(/\n\}?(?=\n)/g, "")
    .trimEnd()
    .split(/\n(?=\t\w)|\n(?=table)/)
    .toSorted()
    .join("\n");
}

const names = Object.keys(variants);
const pairs = names.map((name, index) => [name, names[(index + 1) % names.length] ?? name] as const);

describe.skipIf(!canTry).each(pairs)("from %s to %s and back", (from, to) => {
  test("the kernel holds the same as after a fresh start", () => {
    const [one, other] = [from, to].map((name) => renderRuleset(variants[name] ?? samplePlane(), plainFacts));
    if (!one || !other) throw new Error("a variant is missing");
    const text = (lines: readonly string[]): string => lines.join("\n");
    const there = text(scriptFor(one, other));
    const back = text(scriptFor(other, one));
    const start = text(scriptFor(null, one));
    expect(kernelAfter([start, there])).toBe(kernelAfter([text(scriptFor(null, other))]));
    expect(kernelAfter([start, there, back])).toBe(kernelAfter([start]));
    // One line is one transaction of the running nft.
    expect(kernelAfter([start, scriptFor(one, other).join("; ")])).toBe(kernelAfter([start, there]));
  });
});
