import type { Refusal } from "@bulkhead/core/fleet";
import { sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../mscs/sample-pair.ts";
import { sampleFleet, sampleNode } from "../states/sample-fleet.ts";
import { matters, verdict } from "./matters.ts";

const refusal: Refusal = {
  rule: "R3",
  severity: "error",
  objects: [],
  message: "It runs WLBS",
  reason: "",
  cure: "Use another node.",
};
const isBlind = sampleView({ engineBlind: "crm_mon does not answer." });
const silence = {
  code: "silence",
  severity: "warn",
  about: { kind: "node", name: "db-1" },
  text: "db-1 has not been heard of.",
  cure: null,
} as const;

test("a node is left out of which its pair speaks, and no other, nor one that refuses its policy", () => {
  const fleet = sampleFleet({
    nodes: ["db-1", "db-10"].map((name) => sampleNode(name, { role: "mscs", online: false })),
    mscs: [samplePairSnapshot({ view: isBlind, causes: [silence], why: silence.text })],
  });
  const names = (nodes = fleet.nodes) => matters({ ...fleet, nodes }).map(({ name }) => name);
  expect(names()).toEqual(["data", "db-10"]);
  expect(names([sampleNode("db-1", { role: "mscs", lastRefusal: refusal })])).toEqual(["db-1", "data"]);
  expect(verdict(fleet, matters(fleet))?.word).toBe("2 things to look at");
});

test("a fleet that is well is quiet", () => {
  const fleet = sampleFleet({ nodes: [sampleNode("db-1", { role: "mscs" })], mscs: [samplePairSnapshot()] });
  expect(matters(fleet)).toEqual([]);
  expect(verdict(fleet, [])).toEqual({ role: "ok", word: "All quiet" });
});
