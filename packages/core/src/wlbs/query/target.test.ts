import { expect, test } from "vitest";
import { formatRuleTarget, parseEndpoint, parseRuleTarget, rulesOf } from "./target.ts";

const rules = [
  { name: "http", vip: null, startPort: 80, endPort: 89 },
  { name: "one", vip: "10.0.0.1", startPort: 443, endPort: 443 },
  { name: "two", vip: "fd00::1", startPort: 443, endPort: 443 },
];

test.each([
  ["all", ["http", "one", "two"]],
  ["all:443", ["one", "two"]],
  ["10.0.0.1:443", ["one"]],
  ["[FD00:0::1]:443", ["two"]],
  ["10.0.0.1:85", ["http"]],
  ["all:22", []],
])("%s means %j", (text, names) => {
  const target = parseRuleTarget(text);
  expect(target && rulesOf(rules, target).map(({ name }) => name)).toEqual(names);
});

test.each(["", "80", "all:", "all:70000", "10.0.0:80", "fd00::1:80x", "10.0.0.1", "all:80:80"])(
  "%j is no target",
  (text) => {
    expect(parseRuleTarget(text)).toBeNull();
  },
);

test("what is written is what is read", () => {
  for (const text of ["all", "all:80", "10.0.0.1:80", "[fd00::1]:80"]) {
    const target = parseRuleTarget(text);
    expect(target && formatRuleTarget(target)).toBe(text);
  }
});

test("an endpoint needs brackets around IPv6", () => {
  expect(parseEndpoint("[fd00::1]:80")).toEqual({ address: "fd00::1", port: 80 });
  expect(parseEndpoint("fd00::1:80")).toBeNull();
});
