/** Changes by hand that another policy would undo, and those that it takes over or has nothing to do with. */
import { expect, it } from "vitest";
import { undoneChanges } from "./cib-undone.ts";

const threshold = { object: "primitive ip: migration-threshold (ip-meta-t)", wanted: "4", found: "7" };
const added = { object: "primitive db: pgport (db-instance_attributes-pgport)", wanted: null, found: "5433" };
const own = "primitive db: pgport (db-params-pgport)";

it("undoes what the next policy does not say, also where it says a third value", () => {
  expect(undoneChanges([threshold], [threshold])).toEqual([threshold]);
  expect(undoneChanges([threshold], [{ ...threshold, wanted: "9" }])).toEqual([threshold]);
});

it("undoes nothing that the next policy says, or does not speak of", () => {
  expect(undoneChanges([threshold], [])).toEqual([]);
  expect(undoneChanges([threshold], [added])).toEqual([]);
});

it("knows a value again that the next policy says under an id of its own", () => {
  expect(undoneChanges([added], [added, { object: own, wanted: "5433", found: null }])).toEqual([]);
  expect(undoneChanges([added], [added, { object: own, wanted: "5432", found: null }])).toEqual([added]);
  expect(undoneChanges([added], [added])).toEqual([added]);
});
