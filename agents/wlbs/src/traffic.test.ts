/** The sums that people see. */
import { noTraffic } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { TrafficSum } from "./traffic.ts";

const { rules: _rules, vips: _vips, bucketGroups: _groups, ...flow } = noTraffic;
const rule = (acceptedPackets: number) => ({ ...flow, name: "web", acceptedPackets });

test("counters that begin again are added to what was counted before", () => {
  const sum = new TrafficSum();
  sum.take({ ...noTraffic, acceptedPackets: 10, acceptedBytes: 1_000 });
  sum.take({ ...noTraffic, acceptedPackets: 15, acceptedBytes: 1_500 });
  expect(sum.total).toMatchObject({ acceptedPackets: 15, acceptedBytes: 1_500 });
  sum.take({ ...noTraffic, acceptedPackets: 2, acceptedBytes: 200 });
  expect(sum.total).toMatchObject({ acceptedPackets: 17, acceptedBytes: 1_700 });
});

test("a rule that goes and comes back keeps its count, and so do bucket groups", () => {
  const sum = new TrafficSum();
  sum.take({ ...noTraffic, rules: [rule(5)], bucketGroups: [1, 2] });
  sum.take({ ...noTraffic, rules: [], bucketGroups: [1, 3] });
  expect(sum.total.rules).toEqual([]);
  sum.take({ ...noTraffic, rules: [rule(4)], bucketGroups: [0, 4] });
  expect(sum.total.rules).toMatchObject([{ name: "web", acceptedPackets: 9 }]);
  expect(sum.total.bucketGroups).toEqual([1, 4]);
});
