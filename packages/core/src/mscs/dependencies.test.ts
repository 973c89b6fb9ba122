/** Start order and its refusals (R26). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dependenciesOf, isLineEnough, orderByDependency } from "./dependencies.ts";

const resource = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });
const names = (items: { name: string }[]) => items.map((item) => item.name);

it("starts dependencies first and keeps the file's order otherwise", () => {
  const { ordered, refusals } = orderByDependency("sql", [
    resource("db", "disk", "ip"),
    resource("ip"),
    resource("disk"),
  ]);
  expect(refusals).toEqual([]);
  expect(names(ordered)).toEqual(["ip", "disk", "db"]);
});

it("refuses a dependency outside the group, naming all three", () => {
  const { ordered, refusals } = orderByDependency("sql", [resource("db", "disk")]);
  expect(ordered).toEqual([]);
  expect(refusals[0]).toMatchObject({ rule: "R26", severity: "error" });
  expect(refusals[0]?.message).toBe(
    "Resource db of group sql depends on disk, which is not a resource of that group",
  );
});

it("shows the circle, and only the circle", () => {
  const { refusals } = orderByDependency("sql", [
    resource("top", "a"),
    resource("a", "b"),
    resource("b", "c"),
    resource("c", "a"),
  ]);
  expect(refusals[0]?.message).toContain("a -> b -> c -> a");
});

it("refuses a resource that depends on itself", () => {
  expect(orderByDependency("sql", [resource("a", "a")]).refusals[0]?.message).toContain("a -> a");
});

it("keeps every dependency before its dependent, whatever the acyclic graph", () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc
        .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 })
        .map((edges) =>
          Array.from({ length: size }, (_, index) =>
            resource(
              `r${index}`,
              ...edges.filter(([from, to]) => from === index && to < index).map(([, to]) => `r${to}`),
            ),
          ).reverse(),
        ),
    );
  fc.assert(
    fc.property(graphs, (graph) => {
      const { ordered } = orderByDependency("g", graph);
      expect(ordered).toHaveLength(graph.length);
      ordered.forEach((item, index) => {
        const before = names(ordered.slice(0, index));
        for (const name of item.dependsOn) expect(before).toContain(name);
      });
    }),
  );
});

describe("isLineEnough", () => {
  it.each([
    ["a line", [resource("disk"), resource("ip", "disk"), resource("db", "ip")]],
    [
      "two that only serve a third together",
      [resource("disk"), resource("ip"), resource("db", "disk", "ip")],
    ],
    ["one resource", [resource("a")]],
    ["none", []],
    ["a line by way of another", [resource("a"), resource("b", "a"), resource("c", "b"), resource("d", "c")]],
  ])("is true for %s", (_, resources) => {
    expect(isLineEnough(resources)).toBe(true);
  });

  it.each([
    ["two without any dependency", [resource("a"), resource("b")]],
    ["two on one address", [resource("ip"), resource("web", "ip"), resource("mail", "ip")]],
    [
      "one that also serves somebody else",
      [resource("disk"), resource("ip"), resource("db", "disk", "ip"), resource("web", "ip")],
    ],
  ])("is false for %s", (_, resources) => {
    expect(isLineEnough(resources)).toBe(false);
  });
});

it("finds dependencies by way of others", () => {
  const all = dependenciesOf([resource("a"), resource("b", "a"), resource("c", "b")]);
  expect([...(all.get("c") ?? [])].sort()).toEqual(["a", "b"]);
});
