import { describe, expect, it } from "vitest";
import { readDuration, readPlace } from "./place.ts";

describe("readPlace", () => {
  it.each([
    ["web", { cluster: "web", host: null }],
    ["web:web-2", { cluster: "web", host: "web-2" }],
    ["web:2", { cluster: "web", host: "2" }],
  ])("%s", (text, place) => {
    expect(readPlace(text)).toEqual(place);
  });

  it.each(["", ":", "web:", ":web-1", "web:web-1:80"])("refuses %j with the form", (text) => {
    expect(() => readPlace(text)).toThrow("CLUSTER:HOST");
  });
});

describe("readDuration", () => {
  it.each([
    ["1", 1],
    ["60s", 60],
    ["5m", 300],
    ["24h", 86_400],
  ])("%s is %d s", (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  it.each(["", "0", "0s", "-5", "1.5m", "25h", "86401", "5d", "soon"])("refuses %j", (text) => {
    expect(() => readDuration(text)).toThrow("1s to 24h");
  });
});
