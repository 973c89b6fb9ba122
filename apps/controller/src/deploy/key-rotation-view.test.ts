import { samplePolicy } from "@bulkhead/core/wlbs";
import { describe, expect, it } from "vitest";
import type { StoredRotation } from "../cluster-secrets.ts";
import { type Holder, mayRetry, rotationRefusal, rotationWhy, waitingHosts } from "./key-rotation-view.ts";

const policy = samplePolicy(3);
const holder = (node: string, change: Partial<Holder> = {}): Holder => {
  return { node, isOnline: true, applied: 5, desired: 5, refusal: null, ...change };
};
const stored = (change: Partial<StoredRotation> = {}): StoredRotation => {
  const generations = { "web-1": 5, "web-2": 5, "web-3": 5 };
  return { keyId: 2, step: "add", startedAt: 0, stepSince: 0, by: "Ada", generations, ...change };
};

describe("waitingHosts", () => {
  const waiting = (rotation: StoredRotation, change: Record<string, Partial<Holder>> = {}) =>
    waitingHosts(policy, rotation, (node) => holder(node, change[node]));

  it("is nobody when all run the bundle of the step, or a later one", () => {
    expect(waiting(stored(), { "web-2": { applied: 9, desired: 9 } })).toEqual([]);
  });

  it("names who runs an older one, connected or not", () => {
    const change = { "web-2": { applied: 4 }, "web-3": { applied: 4, isOnline: false } };
    expect(waiting(stored(), change)).toEqual(["web-2", "web-3"]);
  });

  it("is everybody until the bundles are made: nothing was confirmed yet", () => {
    expect(waiting(stored({ generations: null }))).toEqual(["web-1", "web-2", "web-3"]);
  });

  it("counts a host that came meanwhile when it has taken its first policy, not before", () => {
    const joined = stored({ generations: { "web-1": 5, "web-2": 5 } });
    expect(waiting(joined, { "web-3": { applied: 3, desired: 4 } })).toEqual(["web-3"]);
    expect(waiting(joined, { "web-3": { applied: 4, desired: 4 } })).toEqual([]);
  });
});

describe("rotationWhy", () => {
  it("names a host that is away at once, and a silent one after a while", () => {
    const away = [holder("web-3", { isOnline: false })];
    expect(rotationWhy(away, stored(), 0)).toMatch(
      /^web-3 is not connected: .*The old key signs until every host has the new one/,
    );
    expect(rotationWhy([holder("web-2")], stored({ step: "sign" }), 5_000)).toBeNull();
    expect(rotationWhy([holder("web-2")], stored({ step: "sign" }), 20_000)).toContain("journalctl");
  });

  it("says why a host refused its bundle, with the cure", () => {
    const texts = { message: "Pacemaker runs here", reason: "r", cure: "Stop it." };
    const refusal = { rule: "R3", severity: "error" as const, objects: [], ...texts };
    expect(rotationWhy([holder("web-2", { refusal })], stored(), 20_000)).toContain(
      "web-2 refused its bundle (R3: Pacemaker runs here). Stop it.",
    );
  });

  it("sends to a halted deployment, and never goes round it", () => {
    const halted = holder("web-2", { applied: 5, desired: 6 });
    expect(waitingHosts(policy, stored(), (node) => (node === "web-2" ? halted : holder(node)))).toEqual([
      "web-2",
    ]);
    expect(rotationWhy([halted], stored(), 20_000)).toContain("apply the fleet file again");
    expect(mayRetry(halted, stored())).toBe(false);
    expect(mayRetry(holder("web-2", { applied: 4 }), stored())).toBe(true);
    expect(mayRetry(holder("web-2", { applied: 4, isOnline: false }), stored())).toBe(false);
  });
});

it("does not begin while a host is away or has an older policy", () => {
  const change: Record<string, Partial<Holder>> = { "web-1": { isOnline: false }, "web-3": { applied: 4 } };
  const refusal = rotationRefusal(policy, (node) => holder(node, change[node]));
  expect(refusal?.message).toBe(
    "The heartbeat key of web cannot be changed now: web-1 is not connected, and web-3 has not taken the present policy",
  );
  expect(refusal?.objects.map(({ name }) => name)).toEqual(["web", "web-1", "web-3"]);
  expect(rotationRefusal(policy, (node) => holder(node))).toBeNull();
});
