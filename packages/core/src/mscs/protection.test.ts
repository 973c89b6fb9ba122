/** Protected means: fencing works and the witness votes, so that one failure is survived. */
import { expect, it } from "vitest";
import { protectionOf } from "./protection.ts";
import { samplePair, sampleView } from "./sample.ts";
import type { ClusterView } from "./view.ts";

const policy = samplePair({
  networks: [
    { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
    { name: "private", subnet: "10.78.0.0/24", role: "internal", link: 1 },
  ],
});
const of = (change: Partial<ClusterView>, witnessOnline: boolean | null = true) =>
  protectionOf(policy, sampleView(change), witnessOnline);
const down = { name: "db-2", state: "down" as const, pause: null };

it("calls a healthy pair protected", () => {
  expect(of({})).toEqual({ isProtected: true, why: [], warnings: [] });
});

it.each([
  ["no fencing", protectionOf({ ...policy, fencing: null }, sampleView(), true), "There is no fencing"],
  ["no witness", protectionOf({ ...policy, witness: null }, sampleView(), null), "There is no witness"],
  ["fencing switched off", of({ fencingEnabled: false }), "stonith-enabled"],
  [
    "fencing broken",
    of({ fencing: [{ device: "fence-db-1", working: false, why: "no answer" }] }),
    "no answer",
  ],
  ["no vote", of({ witness: { votes: false, isTls: null, why: "cut" } }), "does not vote: cut"],
  ["no witness seen", of({ witness: { votes: null, isTls: null, why: null } }, false), "is not seen"],
  ["a node down", of({ nodes: [{ name: "db-1", state: "up", pause: null }, down] }), "db-2 is down"],
])("is not protected: %s", (_, { isProtected, why }, sentence) => {
  expect(isProtected).toBe(false);
  expect(why).toHaveLength(1);
  expect(why[0]).toContain(sentence);
});

it("only warns of one way for heartbeats", () => {
  const one = protectionOf({ ...policy, networks: policy.networks.slice(0, 1) }, sampleView(), true);
  expect(one).toMatchObject({ isProtected: true, why: [expect.stringContaining("one network only")] });
  expect(one.warnings).toEqual(one.why);
  const cut = of({ networks: [{ name: "private", role: "internal", state: "partitioned", interfaces: [] }] });
  expect(cut).toMatchObject({ isProtected: true, why: [expect.stringContaining("private is partitioned")] });
});

it("trusts the engine's vote more than the witness's agent, and guesses nothing while blind", () => {
  expect(of({}, false).isProtected).toBe(true);
  expect(protectionOf(policy, null, null)).toEqual({ isProtected: true, why: [], warnings: [] });
  expect(of({ engineBlind: "no answer", fencingEnabled: false, nodes: [down] }).why).toEqual([]);
});
