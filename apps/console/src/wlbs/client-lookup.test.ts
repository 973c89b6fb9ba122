/** The field of the cluster page answers as the kernels do, or says what is missing. */
import { bucketOf, type PortRule } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { lookUp } from "./client-lookup.ts";

const rule = (affinity: PortRule["affinity"]): PortRule => ({
  name: "http",
  startPort: 80,
  endPort: 80,
  protocol: "tcp",
  mode: "multiple",
  affinity,
});

test("affinity none needs the port, and uses it", () => {
  expect(lookUp("192.0.2.7", rule("none"), 5)).toHaveProperty("problem");
  expect(lookUp(" 192.0.2.7:51034 ", rule("none"), 5)).toEqual({
    bucket: bucketOf("none", { address: "192.0.2.7", port: 51034 }, 5),
    address: "192.0.2.7",
    port: 51034,
  });
});

test("affinity single does not care about the port", () => {
  const bucket = bucketOf("single", { address: "192.0.2.7", port: 0 }, 5);
  expect(lookUp("192.0.2.7", rule("single"), 5)).toMatchObject({ bucket });
  expect(lookUp("192.0.2.7:1", rule("single"), 5)).toMatchObject({ bucket });
});

test.each(["host.example", "1.2.3", "1.2.3.400", "1.2.3.4:70000", "fd77::1"])(
  "says what is wrong with %s",
  (text) => {
    expect(lookUp(text, rule("none"), 5)).toHaveProperty("problem");
  },
);

test("an empty field asks nothing", () => {
  expect(lookUp("  ", rule("none"), 5)).toBeNull();
});
