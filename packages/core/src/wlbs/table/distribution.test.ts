/** Tables of all rules: shares by mode and state, equal rules stay one table, and the way over the wire. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { samplePolicy, sampleRule } from "../sample.ts";
import { BUCKET_COUNT, type PortRule, type WlbsPolicy } from "../types.ts";
import {
  type Distribution,
  distinctTables,
  isDue,
  NO_DISTRIBUTION,
  nextDistribution,
  uniformOwner,
} from "./distribution.ts";
import { sharesOf, type Taker } from "./shares.ts";
import { assemble, PARTS, partIndex, takeApart } from "./wire.ts";

const taker = (hostId: number, change: Partial<Taker> = {}): Taker => ({
  hostId,
  draining: false,
  closed: new Set(),
  failing: new Set(),
  ...change,
});
const named = (name: string, change: Partial<PortRule> = {}) => sampleRule(3, { name, ...change });
const policyOf = (...rules: PortRule[]): WlbsPolicy => samplePolicy(3, { rules });
const three = [1, 2, 3].map((hostId) => taker(hostId));
const weights = (...list: number[]) => list.map((weight, i) => ({ hostId: i + 1, weight }));
const counts = ({ slots }: Distribution) => slots.map((table) => table?.counts.slice(0, 4) ?? null);

test("multiple goes by weight, single by priority, disabled has no table", () => {
  const priorities = [3, 1, 2].map((priority, i) => ({ hostId: i + 1, priority }));
  const policy = policyOf(
    named("a", { weights: weights(50, 25, 0) }),
    named("b", { mode: "single", priorities }),
    named("c", { mode: "disabled" }),
  );
  expect(counts(nextDistribution(NO_DISTRIBUTION, three, policy))).toEqual([
    [0, 2731, 1365, 0],
    [0, 0, 4096, 0],
    null,
  ]);
});

test.each<[string, Partial<Taker>, number]>([
  ["draining", { draining: true }, 0],
  ["closed here", { closed: new Set(["a"]) }, 0],
  ["another rule closed", { closed: new Set(["b"]) }, 50],
  ["failing, without a probe", { failing: new Set(["a"]) }, 50],
])("a host that is %s", (_, change, weight) => {
  expect(sharesOf(named("a"), [taker(1), taker(2, change)])?.[1]?.weight).toBe(weight);
});

test.each(["serve", "stop"] as const)("hosts that fail take nothing; if all fail: %s", (whenAllFail) => {
  const check = { kind: "tcp" as const, port: 80 };
  const probe = { check, periodMs: 1000, timeoutMs: 500, rise: 1, fall: 1, whenAllFail };
  const failing = { failing: new Set(["a"]) };
  const of = (...members: Taker[]) => sharesOf(named("a", { probe }), members)?.map(({ weight }) => weight);
  expect(of(taker(1, failing), taker(2))).toEqual([0, 50]);
  expect(of(taker(1, failing), taker(2, failing))).toEqual(whenAllFail === "serve" ? [50, 50] : [0, 0]);
  // A host that drains or takes no share is no reason to serve badly elsewhere.
  expect(of(taker(1, failing), taker(2, { draining: true }))).toEqual(
    whenAllFail === "serve" ? [50, 0] : [0, 0],
  );
});

test("equal rules are one table for ever, through losses, joins and drains", () => {
  const policy = policyOf(named("a"), named("b"), named("c", { weights: weights(1, 2, 3) }));
  let present = nextDistribution(NO_DISTRIBUTION, three, policy);
  const stories = [
    [taker(1), taker(3)],
    [taker(3)],
    three,
    [taker(1), taker(2, { draining: true }), taker(3)],
    three,
  ];
  for (const members of stories) {
    present = nextDistribution(present, members, policy);
    expect(present.slots[0]).toBe(present.slots[1]);
    expect(distinctTables(present.slots).length).toBe(members.length === 1 ? 1 : 2);
    expect(isDue(present, members, policy)).toBe(true);
  }
});

test("a rule that is closed on one host leaves the common table, and a change back moves only its own buckets", () => {
  const policy = policyOf(named("a"), named("b"));
  const before = nextDistribution(NO_DISTRIBUTION, three, policy);
  const closed = [taker(1), taker(2, { closed: new Set(["b"]) }), taker(3)];
  expect(isDue(before, closed, policy)).toBe(false);
  const after = nextDistribution(before, closed, policy);
  expect(after.slots[0]).toBe(before.slots[0]);
  expect(after.slots[1]?.counts.slice(0, 4)).toEqual([0, 2048, 0, 2048]);
  expect(after.digest).not.toBe(before.digest);
});

test("a new rule begins with the table of a rule that is shared alike, otherwise afresh", () => {
  const before = nextDistribution(NO_DISTRIBUTION, three, policyOf(named("a")));
  const moved = nextDistribution(before, [taker(2), taker(3)], policyOf(named("a")));
  const policy = policyOf(
    named("new", { startPort: 81, endPort: 81 }),
    named("a"),
    named("other", { weights: weights(0, 1, 3) }),
  );
  const after = nextDistribution(moved, [taker(2), taker(3)], policy);
  expect(after.slots[0]).toBe(moved.slots[0]);
  expect(after.slots[1]).toBe(moved.slots[0]);
  expect(after.slots[2]?.counts.slice(2, 4)).toEqual([1024, 3072]);
});

test("nobody left: the buckets belong to nobody, and that is due", () => {
  const policy = policyOf(named("a"));
  const nobody = nextDistribution(NO_DISTRIBUTION, [taker(1, { draining: true })], policy);
  expect(nobody.slots.map((table) => table && uniformOwner(table))).toEqual([0]);
  expect(isDue(nobody, [taker(1, { draining: true })], policy)).toBe(true);
  expect(isDue(nobody, [taker(1)], policy)).toBe(false);
});

const rules = fc.array(
  fc.record({
    mode: fc.constantFrom("multiple" as const, "single" as const, "disabled" as const),
    list: fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 32 },
);

test("whatever the rules, pieces in any order make the same distribution, and one piece less makes none", () => {
  fc.assert(
    fc.property(rules, fc.integer(), (rows, seed) => {
      const policy = policyOf(
        ...rows.map(({ mode, list }, i) => named(`r${i}`, { mode, weights: weights(...list) })),
      );
      const made = nextDistribution(
        nextDistribution(NO_DISTRIBUTION, three.slice(0, 2), policy),
        three,
        policy,
      );
      const { layout, parts } = takeApart(made);
      expect(parts.length).toBe(PARTS * layout.uniform.filter((owner) => owner === null).length);
      const turn = parts.length === 0 ? 0 : Math.abs(seed) % parts.length;
      const turned = [...parts.slice(turn), ...parts.slice(0, turn)];
      const byIndex = new Map(turned.map((part) => [partIndex(part), part.owners]));
      expect(assemble(layout, byIndex, made.rules)).toEqual(made);
      if (parts.length > 0) expect(assemble(layout, new Map([...byIndex].slice(1)), made.rules)).toBeNull();
      expect(assemble(layout, byIndex, [...made.rules, "one more"])).toBeNull();
    }),
    { numRuns: 25 },
  );
});

test("32 rules of 4096 buckets are due or not by counts alone", () => {
  const policy = policyOf(
    ...Array.from({ length: 32 }, (_, i) => named(`r${i}`, { weights: weights(i + 1, 7, 3) })),
  );
  const made = nextDistribution(NO_DISTRIBUTION, three, policy);
  const blind: Distribution = {
    ...made,
    slots: made.slots.map((table) => table && { counts: table.counts, owners: new Uint8Array(BUCKET_COUNT) }),
  };
  expect(isDue(blind, three, policy)).toBe(true);
});
