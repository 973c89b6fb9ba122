import { expect, it } from "vitest";
import { placeReader } from "./place.ts";

const any = placeReader(["pair", "group", "resource"]);

it.each([
  ["data", "pair", "data"],
  ["data:sql", "group", "sql"],
  ["data:sql/ip", "resource", "sql/ip"],
])("%s", (text, kind, name) => {
  expect(any(text)).toEqual({ cluster: "data", object: { kind, name } });
});

it("takes a name for a node where a verb is about nodes", () => {
  expect(placeReader(["node"])("data:db-1").object).toEqual({ kind: "node", name: "db-1" });
});

it.each(["", ":", "data:", ":sql", "data:sql/", "data:/ip", "data:sql/ip/x", "data:sql:ip", "data/sql"])(
  "refuses %j with the forms",
  (text) => {
    expect(() => any(text)).toThrow(
      "Write PAIR (data) or PAIR:GROUP (data:sql) or PAIR:GROUP/RESOURCE (data:sql/ip).",
    );
  },
);

it("refuses what the verb is not about", () => {
  expect(() => placeReader(["group"])("data")).toThrow("Write PAIR:GROUP (data:sql).");
  expect(() => placeReader(["node"])("data:sql/ip")).toThrow("Write PAIR:NODE (data:db-1).");
});
