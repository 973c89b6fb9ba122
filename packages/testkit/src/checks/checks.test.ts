/** The checkers themselves: each must see what it is there for, and nothing where nothing is. */

import fs from "node:fs";
import path from "node:path";
import type { DataPlane, PlaneRule } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { labPolicy, labRule } from "../lab-policy.ts";
import { CutWatch } from "./connections.ts";
import { ownedShare } from "./coverage.ts";
import { countBits, firstCommon, ownedBits, union } from "./marks.ts";
import { overlapOf } from "./overlap.ts";
import { fewestMoves, type HostTruth, takersOf, whyNotExact } from "./shares.ts";
import { countsOf, movesBetween, ownersFromText } from "./table-text.ts";

/** A plane with one rule on port 80 that owns the buckets from `from` to before `to`. */
function plane(
  from: number,
  to: number,
  change: Partial<DataPlane> & { rule?: Partial<PlaneRule> } = {},
): DataPlane {
  const { rule, ...rest } = change;
  const { vips, clusterMac, hashSeed, heartbeatGroup, heartbeatPort } = labPolicy(2);
  return {
    generation: 1,
    cluster: "web",
    hostId: 1,
    mode: "multicast",
    vips,
    clusterMac,
    hashSeed,
    interface: "eth0",
    dedicatedIp: "10.77.0.1",
    heartbeatGroup,
    heartbeatPort,
    leaseMs: 100,
    longestLeaseMs: 300,
    answersEcho: true,
    isFront: false,
    peers: [],
    unruled: "draining",
    rules: [
      {
        name: "http",
        vip: null,
        startPort: 80,
        endPort: 80,
        protocol: "tcp",
        affinity: "none",
        table: 0,
        sticky: null,
        ...rule,
      },
    ],
    tables: [
      {
        marks: new Uint8Array(4096).fill(1, from, to),
        owners: null,
        drainers: [],
      },
    ],
    ...rest,
  };
}

test("checkers take nothing but types from the machine", () => {
  const folder = import.meta.dirname;
  const sources = fs.readdirSync(folder).filter((name) => !name.endsWith(".test.ts"));
  expect(sources.length).toBeGreaterThan(5);
  for (const name of sources) {
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    const imports = [...text.matchAll(/^import (type )?.*?from "@bulkhead\/core/gms)];
    for (const [, isType] of imports) expect(isType, name).toBe("type ");
  }
});

test("one common bucket is found, none is not", () => {
  expect(overlapOf(plane(0, 2048), plane(2048, 4096))).toBeNull();
  expect(overlapOf(plane(0, 2049), plane(2048, 4096))).toBe("rule http bucket 2048");
  expect(overlapOf(plane(0, 4096), plane(4095, 4096))).toBe("rule http bucket 4095");
});

test("slots do not matter, traffic does", () => {
  const other = plane(0, 4096, { rule: { name: "https", startPort: 443, endPort: 443 } });
  expect(overlapOf(plane(0, 4096), other)).toBeNull();
  expect(overlapOf(plane(0, 4096), plane(0, 4096, { rule: { vip: "10.77.0.200" } }))).toMatch(/bucket 0/);
  expect(overlapOf(plane(0, 4096), plane(0, 4096, { rule: { protocol: "udp" } }))).toBeNull();
  expect(overlapOf(plane(0, 1, { hashSeed: 1 }), plane(9, 10))).toMatch(/differently/);
  expect(overlapOf(plane(0, 1, { rule: { affinity: "single" } }), plane(9, 10))).toMatch(/differently/);
  expect(overlapOf(plane(0, 1, { rule: { table: null } }), plane(0, 1))).toBeNull();
});

test("traffic without a rule has one owner, and none beside the owner of a rule that the other lacks", () => {
  const taker = plane(0, 0, { unruled: "owned" });
  expect(overlapOf(taker, taker)).toBe("traffic without a rule");
  expect(overlapOf(taker, plane(0, 9))).toBeNull();
  expect(overlapOf({ ...taker, rules: [] }, plane(0, 9))).toMatch(/rule http on the other/);
  expect(overlapOf(plane(0, 9), { ...taker, rules: [] })).toMatch(/rule http on the other/);
});

test("bits are counted and joined", () => {
  const [a, b] = [plane(0, 40), plane(30, 70)].map((one) => ownedBits(one, one.rules[0]!));
  expect([countBits(a!), countBits(b!), countBits(union([a!, b!])), firstCommon(a!, b!)]).toEqual([
    40, 40, 70, 30,
  ]);
  expect(ownedShare([plane(0, 40), plane(40, 70)], 0)).toBe(70);
  expect(ownedShare([plane(0, 41), plane(40, 70)], 0)).toBe(-1);
});

const host = (hostId: number, change: Partial<HostTruth> = {}): HostTruth => ({
  hostId,
  draining: false,
  closed: new Set<string>(),
  failing: new Set<string>(),
  ...change,
});

test("who may take a rule follows from weights, drains, commands and probes", () => {
  const weights = [1, 2, 3].map((hostId) => ({ hostId, weight: 10 * (hostId - 1) }));
  const ids = (rule: Parameters<typeof takersOf>[0], hosts: HostTruth[]) =>
    takersOf(rule, hosts).map(({ hostId, weight }) => `${hostId}:${weight}`);
  const all = [host(1), host(2), host(3)];
  expect(ids(labRule(3, { weights }), all)).toEqual(["2:10", "3:20"]);
  expect(
    ids(labRule(3), [host(1, { draining: true }), host(2), host(3, { closed: new Set(["http"]) })]),
  ).toEqual(["2:50"]);
  expect(ids(labRule(3, { mode: "disabled" }), all)).toEqual([]);
  const priorities = [1, 2, 3].map((hostId) => ({ hostId, priority: 4 - hostId }));
  expect(ids(labRule(3, { mode: "single", priorities }), all)).toEqual(["3:1"]);
  const probe = {
    check: { kind: "tcp", port: 80 },
    periodMs: 1000,
    timeoutMs: 500,
    rise: 1,
    fall: 1,
  } as const;
  const sick = all.map((one) => ({ ...one, failing: new Set(["http"]) }));
  expect(ids(labRule(3, { probe: { ...probe, whenAllFail: "serve" } }), sick)).toHaveLength(3);
  expect(ids(labRule(3, { probe: { ...probe, whenAllFail: "stop" } }), sick)).toEqual([]);
  expect(ids(labRule(3, { probe: { ...probe, whenAllFail: "serve" } }), [host(1), ...sick.slice(1)])).toEqual(
    ["1:50"],
  );
});

test("only the exact division passes", () => {
  const takers = [1, 2, 3].map((hostId) => ({ hostId, weight: 50 }));
  const why = (...counts: number[]) =>
    whyNotExact(takers, new Map(counts.map((count, i) => [i + 1, count])), 4096);
  expect(why(1366, 1365, 1365)).toBeNull();
  expect(why(1365, 1366, 1365)).toMatch(/due to host 1/);
  expect(why(1367, 1365, 1364)).toMatch(/off its share/);
  expect(why(1366, 1365, 1364, 1)).toMatch(/host 4 has 1 buckets but may take none/);
});

test("moves are counted, and the fewest possible known", () => {
  const [a, b] = [ownersFromText("1x2048,2x2048"), ownersFromText("1x1366,3x1365,2x1365")];
  expect(movesBetween(a, b)).toBe(682 + 683);
  expect(fewestMoves(countsOf(a), countsOf(b))).toBe(1365);
  expect(() => ownersFromText("1x4095")).toThrow(/add up/);
});

test("a cut connection needs somebody who asked for it", () => {
  const watch = new CutWatch();
  const flow = { id: 1, vip: "10.77.0.100", port: 80, client: 1, clientPort: 1 };
  expect(watch.whyWrong("web-1", flow)).toMatch(/nobody had asked/);
  watch.permitPort("web-1", 80);
  expect([watch.whyWrong("web-1", flow), watch.whyWrong("web-2", flow) === null]).toEqual([null, false]);
  watch.forbidPort("web-1", 80);
  watch.permitAll("web-1");
  expect(watch.whyWrong("web-1", flow)).toBeNull();
  watch.forbid("web-1");
  expect(watch.whyWrong("web-1", flow)).toMatch(/nobody had asked/);
});
