/** 32 hosts must be told apart by hue alone, and keep their hue. */
import { expect, test } from "vitest";
import { hostColour, hostHue } from "./host-colour.ts";

test("32 hosts have hues at least six degrees apart", () => {
  const hues = Array.from({ length: 32 }, (_, i) => hostHue(i + 1)).sort((a, b) => a - b);
  const gaps = hues.map((hue, i) => ((hues[(i + 1) % hues.length] ?? 0) - hue + 360) % 360);
  expect(Math.min(...gaps)).toBeGreaterThan(6);
});

test("neighbouring IDs are more than a quarter circle apart", () => {
  for (let id = 1; id < 32; id += 1) {
    const gap = Math.abs(hostHue(id) - hostHue(id + 1));
    expect(Math.min(gap, 360 - gap)).toBeGreaterThan(90);
  }
});

test("a host keeps its colour", () => {
  expect([hostColour(1), hostColour(2), hostColour(3)]).toEqual([
    "oklch(var(--host-l) var(--host-c) 212)",
    "oklch(var(--host-l) var(--host-c) 349.5)",
    "oklch(var(--host-l) var(--host-c) 127)",
  ]);
});
