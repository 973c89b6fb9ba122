/** The order of a table: by value, missing ones last, and held while someone reads. */
import { expect, test } from "vitest";
import { sortedKeys } from "./sort.ts";

const rows = [
  { name: "web-10", load: 3 },
  { name: "web-2", load: null },
  { name: "web-1", load: 7 },
];
const rowKey = (row: { name: string }) => row.name;

test("names sort by their numbers, missing values last both ways", () => {
  const by = (id: "name" | "load", direction: "up" | "down") =>
    sortedKeys(rows, { rowKey, sorting: { id, direction }, value: (row) => row[id], keep: null });
  expect(by("name", "up")).toEqual(["web-1", "web-2", "web-10"]);
  expect(by("load", "up")).toEqual(["web-10", "web-1", "web-2"]);
  expect(by("load", "down")).toEqual(["web-1", "web-10", "web-2"]);
});

test("a held order drops what is gone and appends what is new", () => {
  const keep = ["gone", "web-2", "web-1"];
  expect(sortedKeys(rows, { rowKey, sorting: null, value: undefined, keep })).toEqual([
    "web-2",
    "web-1",
    "web-10",
  ]);
});
