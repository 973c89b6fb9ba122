/** The diff that an admin reads before planning. */
import { expect, test } from "vitest";
import { hunksOf, lineDiff } from "./line-diff.ts";

const told = (before: string, after: string) =>
  lineDiff(before, after)
    .filter(({ kind }) => kind !== "same")
    .map(({ kind, text }) => `${kind === "added" ? "+" : "-"}${text}`);

test("only what differs is told, in order", () => {
  expect(told("a\nb\nc", "a\nx\nc\nd")).toEqual(["-b", "+x", "+d"]);
  expect(told("a\nb", "a\nb")).toEqual([]);
  expect(told("", "a")).toEqual(["-", "+a"]);
});

test("both texts can be read out of the diff", () => {
  const [before, after] = ["one\ntwo\nthree\nfour\nfive", "zero\none\nthree\n3.5\nfive\nsix"];
  const lines = lineDiff(before, after);
  const side = (skip: "added" | "removed") =>
    lines
      .filter(({ kind }) => kind !== skip)
      .map(({ text }) => text)
      .join("\n");
  expect([side("added"), side("removed")]).toEqual([before, after]);
});

test("hunks hold a change with its surroundings and the line where it begins", () => {
  const before = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);
  const after = before.with(9, "changed");
  const hunks = hunksOf(lineDiff(before.join("\n"), after.join("\n")));
  expect(hunks).toHaveLength(1);
  expect(hunks[0]?.line).toBe(8);
  expect(hunks[0]?.lines).toHaveLength(6);
});
