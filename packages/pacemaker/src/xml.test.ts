/** XML in and out. */
import { expect, it } from "vitest";
import { element, parseXml, renderXml } from "./xml.ts";

it("reads back what it wrote, with every awkward character", () => {
  const tree = element("cib", { epoch: "1" }, [
    element("nvpair", { id: "a", value: `<&"'> tab\t line\n é` }),
    element("empty", {}),
  ]);
  expect(parseXml(renderXml(tree), "cib")).toEqual(tree);
});

it("keeps the order of children and passes over text, comments and declarations", () => {
  const tree = parseXml(`<?xml version="1.0"?><!-- x --><r> text <b n="01"/><a/><b/></r>`, "r");
  expect(tree.children.map((item) => item.name)).toEqual(["b", "a", "b"]);
  expect(tree.children[0]?.attributes).toEqual({ n: "01" });
});

it("says what it got instead", () => {
  expect(() => parseXml("Connection refused", "cib")).toThrow("Connection refused");
  expect(() => parseXml("", "cib")).toThrow("nothing");
});
