/** The text that signatures, plan hashes and policy digests are made over: it may never change, not by one byte. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isSameJson } from "./index.ts";

describe("canonical JSON", () => {
  it("is this text, byte for byte, for as long as something is signed with it", () => {
    const value = {
      b: [1, { d: null, c: "ä" }, []],
      Z: { "\u{1F600}": 1, "\uFF5E": 2, é: 3, e: 4, "": 5 },
      a: undefined,
      10: true,
      9: false,
      numbers: [-0, 1e21, 1e-7, 0.1, 1_795_000_000_123, -5],
      text: 'quote " backslash \\ slash / newline \n null \0 half \uD800 line \u2028',
    };
    expect(canonicalJson(value)).toBe(
      '{"10":true,"9":false,"Z":{"":5,"e":4,"é":3,"\u{1F600}":1,"\uFF5E":2},' +
        '"b":[1,{"c":"ä","d":null},[]],"numbers":[0,1e+21,1e-7,0.1,1795000000123,-5],' +
        '"text":"quote \\" backslash \\\\ slash / newline \\n null \\u0000 half \\ud800 line \u2028"}',
    );
  });

  it("is stable under parsing, and the same whatever the order of keys", () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== "object") return value;
      const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, shuffled(item)]);
      return Object.fromEntries(entries.reverse());
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, [undefined], Array(1), Symbol("x")])(
    "refuses %s",
    (value) => {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    },
  );
});

it("compares by value: key order and undefined fields do not count, absence does", () => {
  expect(isSameJson({ a: 1, b: [2] }, { b: [2], a: 1, c: undefined })).toBe(true);
  expect(isSameJson({ a: 1 }, { a: 2 })).toBe(false);
  expect(isSameJson([1, 2], [2, 1])).toBe(false);
  expect(isSameJson(undefined, undefined)).toBe(true);
  expect(isSameJson(undefined, null)).toBe(false);
});
