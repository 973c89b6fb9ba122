import { expect, it } from "vitest";
import { closeReason } from "./link-socket.ts";

it.each([
  "short",
  "x".repeat(123),
  "x".repeat(500),
  "ä".repeat(100),
  "€".repeat(100),
  `${"x".repeat(119)}😀😀`,
])("a reason of any length and script fits into a close frame", (text) => {
  const reason = closeReason(text);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  expect(text.startsWith(reason)).toBe(true);
  expect(reason.length).toBeGreaterThan(0);
});
