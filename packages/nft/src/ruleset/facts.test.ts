/** Numbers made of addresses. */
import { expect, test } from "vitest";
import { checksumDelta, igmpGroup, ipv6Number, macNumber } from "./facts.ts";

test("addresses become numbers", () => {
  expect(macNumber("03:BF:0a:09:00:64")).toBe("0x03bf0a090064");
  expect(ipv6Number("fd09::100")).toBe("0xfd090000000000000000000000000100");
  expect(ipv6Number("::")).toBe(`0x${"0".repeat(32)}`);
  expect(ipv6Number("2001:db8:1:2:3:4:5:6")).toBe("0x20010db8000100020003000400050006");
});

/** One's complement sum of 16 bit words. */
const fold = (words: readonly number[]): number => words.reduce((sum, word) => sum + word, 0) % 0xffff;
const wordsOf = (mac: string): number[] =>
  (mac.replaceAll(":", "").match(/.{4}/g) ?? []).map((hex) => parseInt(hex, 16));

test.each([
  ["02:00:00:00:00:01", "03:bf:0a:09:00:64", 0],
  ["ff:ff:ff:ff:ff:fe", "02:bf:00:00:00:00", 0],
  ["02:bf:00:00:00:00", "ff:ff:ff:ff:ff:fe", 0xdeff],
  ["02:00:00:00:00:01", "02:00:00:00:00:01", 0],
])("replacing %s by %s keeps the checksum", (from, to, extra) => {
  const delta = Number(checksumDelta(from, to, extra));
  expect(delta).toBeLessThan(0x10000);
  expect(fold([...wordsOf(to), delta])).toBe(fold([...wordsOf(from), extra]));
});

test("the group of an IGMP mode MAC", () => {
  expect(igmpGroup("01:00:5e:7f:09:64")).toBe("239.255.9.100");
  expect(igmpGroup("01:00:5E:01:02:03")).toBe("239.129.2.3");
  for (const other of ["03:bf:0a:09:00:64", "01:00:5e:80:00:01"]) expect(igmpGroup(other)).toBeNull();
});
