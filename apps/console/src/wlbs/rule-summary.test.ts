/** What is odd is named, what is well is counted. */
import { expect, test } from "vitest";
import { ruleOnHosts } from "./rule-shares.ts";
import { ruleLines } from "./rule-summary.ts";
import { sampleCluster, sampleHost, sampleRule, sampleRuleView } from "./sample-cluster.ts";

const linesOf = (...views: Parameters<typeof sampleRuleView>[0][]) =>
  ruleLines(
    ruleOnHosts(
      sampleCluster(views.map((view, i) => sampleHost(i + 1, { rules: [sampleRuleView(view)] }))),
      sampleRule(),
    ),
  ).map(({ word, who }) => `${word} ${who}`);

test("all alike is one line", () => {
  expect(linesOf({}, {}, {})).toEqual(["Enabled on all hosts"]);
});

test("the worst comes first, with its hosts", () => {
  expect(linesOf({}, { health: "failing" }, { state: "disabled" }, {})).toEqual([
    "Probe fails on web-2",
    "Disabled on web-3",
    "Enabled on 2 hosts",
  ]);
});
