/** A form changes what it is about, and not one character of what a person wrote elsewhere. */
import { expect, test } from "vitest";
import { merged, valueAt, without, withValue, yamlOf } from "./fleet-document.ts";

const file = `version: 1
# the front
wlbs:
  web: { vips: [10.77.0.100/24] } # one address
mscs:
  data:
    nodes: [db-1, db-2]
    groups:
      sql: # the database
        resources:
          ip: { type: ipAddress, address: 10.77.0.50/24 }
`;

test("a new resource leaves comments and neighbours as they are", () => {
  const text = withValue(file, ["mscs", "data", "groups", "sql", "resources", "disk"], {
    type: "filesystem",
    device: "/dev/sdb1",
    options: undefined,
    dependsOn: ["ip"],
  });
  expect(text).toBe(`${file}          disk:
            type: filesystem
            device: /dev/sdb1
            dependsOn: [ip]
`);
  expect(text).not.toContain("options");
  expect(valueAt(text, ["mscs", "data", "groups", "sql", "resources", "disk"])).toEqual({
    type: "filesystem",
    device: "/dev/sdb1",
    dependsOn: ["ip"],
  });
});

test("a value in one line is written anew in its place, and nothing beside it", () => {
  const text = withValue(file, ["mscs", "data", "groups", "sql", "resources", "ip", "interface"], "eth1");
  expect(text.split("\n").slice(0, 9)).toEqual(file.split("\n").slice(0, 9));
  expect(text).toContain("interface: eth1");
  const other = withValue(file, ["mscs", "data", "nodes"], ["db-1", "db-3"]);
  expect(other).toBe(file.replace("[db-1, db-2]", "[db-1, db-3]"));
});

test("what lies on the way is made, also in an empty file", () => {
  expect(valueAt(withValue("", ["mscs", "data", "nodes"], ["a", "b"]), ["mscs", "data", "nodes"])).toEqual([
    "a",
    "b",
  ]);
  expect(withValue("", ["mscs", "data"], { nodes: ["a"] })).toContain("version: 1");
});

test("a value that is taken away is gone, its neighbours stay", () => {
  const text = without(file, ["mscs", "data", "groups", "sql"]);
  expect(valueAt(text, ["mscs", "data", "groups", "sql"])).toBeUndefined();
  expect(valueAt(text, ["mscs", "data", "nodes"])).toEqual(["db-1", "db-2"]);
});

test("one part as YAML; a part that is not there is none", () => {
  expect(yamlOf(file, ["mscs", "data"])).toContain("data:\n  nodes:");
  expect(yamlOf(file, ["mscs", "gone"])).toBeNull();
});

test("the proposal of an adoption goes in beside what is there", () => {
  const text = merged(file, "version: 1\nmscs:\n  old:\n    engine: adopted\n    nodes: [x-1, x-2]\n");
  expect(valueAt(text, ["mscs", "old", "engine"])).toBe("adopted");
  expect(valueAt(text, ["mscs", "data", "nodes"])).toEqual(["db-1", "db-2"]);
  expect(() => merged(file, "version: 1\n")).toThrow("names no pair");
});

test("a text that is no YAML is refused, with what to do", () => {
  expect(() => withValue("a: [", ["mscs"], {})).toThrow("Mend it in the editor first");
});
