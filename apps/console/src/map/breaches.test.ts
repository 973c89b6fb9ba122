/** A breach is drawn between exactly the two things that clash. */
import type { Refusal } from "@bulkhead/core/fleet";
import { expect, test } from "vitest";
import { breachesOf } from "./breaches.ts";
import { flowPath } from "./flow.ts";

const violation: Refusal = {
  rule: "R4",
  severity: "error",
  objects: [
    { kind: "address", name: "10.77.0.100/24" },
    { kind: "wlbs-host", name: "web/web-1" },
    { kind: "fleet", name: "lab" },
  ],
  message: "The address clashes",
  reason: "KB Q223157.",
  cure: "Take another address.",
};

test("objects become keys of the map, warnings breach nothing", () => {
  expect(breachesOf([violation, { ...violation, severity: "warn" }])).toEqual([
    {
      id: "R4 The address clashes",
      rule: "R4",
      message: "The address clashes",
      keys: ["address:10.77.0.100", "node:web-1"],
    },
  ]);
});

test("a band begins at its share and ends in its cell", () => {
  expect(flowPath({ from: 0, to: 0.5, cell: 0, cells: 2 })).toBe(
    "M0 0 C0 50 5 50 5 100 L495 100 C495 50 500 50 500 0 Z",
  );
});

test("a finding of the front tier is grave, but the wall holds", () => {
  expect(breachesOf([{ ...violation, rule: "W-duplicate-vip" }])).toEqual([]);
});
