/** The tree of a group is drawn from these levels. */
import { expect, test } from "vitest";
import { levelsOf } from "./levels.ts";

const names = (resources: { name: string; dependsOn: string[] }[]) =>
  levelsOf(resources).map((level) => level.map((each) => each.name));

test("siblings share a level, the needy stand above", () => {
  expect(
    names([
      { name: "app", dependsOn: ["db"] },
      { name: "disk", dependsOn: [] },
      { name: "ip", dependsOn: [] },
      { name: "db", dependsOn: ["disk", "ip"] },
    ]),
  ).toEqual([["disk", "ip"], ["db"], ["app"]]);
});

test("unknown names and cycles do not hang the page", () => {
  expect(names([{ name: "a", dependsOn: ["gone"] }])).toEqual([["a"]]);
  expect(
    names([
      { name: "a", dependsOn: ["b"] },
      { name: "b", dependsOn: ["a"] },
    ])
      .flat()
      .sort(),
  ).toEqual(["a", "b"]);
});
