/** Groups of one class: who keeps away from whom, and when a group that runs goes away. */
import { expect, it } from "vitest";
import { predict } from "./predict.ts";
import { plannedState } from "./predict-state.ts";
import { sampleGroup, samplePair } from "./sample.ts";
import { resource } from "./testing/what-if.ts";
import type { GroupPriority, MscsGroup } from "./types.ts";

interface Placed {
  name: string;
  owner: string | null;
  priority: GroupPriority;
  change?: Partial<MscsGroup>;
}

/** Owners after an event that touches none of the groups. All prefer db-1. */
function ownersOf(...placed: Placed[]): Record<string, string | null> {
  const groups = placed.map(({ name, priority, change }) =>
    sampleGroup({
      name,
      priority,
      preferredOwners: ["db-1"],
      antiAffinity: ["big"],
      resources: [resource("ip")],
      ...change,
    }),
  );
  const policy = samplePair({ groups });
  const owners = Object.fromEntries(placed.map(({ name, owner }) => [name, owner]));
  const prediction = predict(policy, { ...plannedState(policy), owners }, { kind: "witnessLoss" });
  return Object.fromEntries(prediction.groups.map(({ group, to }) => [group, to]));
}

const failback = { failback: { allow: true, windowHours: null } };

it("lets the higher group have its owner, and the lower one keep away", () => {
  const low: Placed = { name: "low", owner: null, priority: "low" };
  const high: Placed = { name: "high", owner: null, priority: "high" };
  expect(ownersOf(low, high)).toEqual({ low: "db-2", high: "db-1" });
  expect(ownersOf(low, { ...high, owner: "db-1" })).toEqual({ low: "db-2", high: "db-1" });
});

it("counts how many of its class are on a node", () => {
  const others = ["a", "b"].map((name): Placed => ({ name, owner: "db-1", priority: "high" }));
  const there: Placed = { name: "c", owner: "db-2", priority: "high" };
  const [a, b] = others as [Placed, Placed];
  expect(ownersOf(a, b, there, { name: "low", owner: null, priority: "low" })).toMatchObject({ low: "db-2" });
});

it("keeps a group that starts away from a lower one that runs with more than an address", () => {
  const two = { resources: [resource("disk"), resource("ip", { dependsOn: ["disk"] })] };
  const low: Placed = { name: "low", owner: "db-1", priority: "low", change: two };
  const high: Placed = { name: "high", owner: null, priority: "high" };
  expect(ownersOf(low, high)).toMatchObject({ high: "db-2" });
  expect(ownersOf({ ...low, change: {} }, high)).toMatchObject({ high: "db-1" });
});

it("moves what runs only when it may fail back", () => {
  const high: Placed = { name: "high", owner: "db-1", priority: "high" };
  const low: Placed = { name: "low", owner: "db-1", priority: "low" };
  expect(ownersOf(low, high)).toEqual({ low: "db-1", high: "db-1" });
  expect(ownersOf({ ...low, change: failback }, high)).toEqual({ low: "db-2", high: "db-1" });
  expect(ownersOf(low, { ...high, change: failback })).toEqual({ low: "db-1", high: "db-1" });
});
