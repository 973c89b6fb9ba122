/** What trying again cannot cure (OCF codes 2 to 6) keeps a group from a node at the first failure. */
import { expect, it } from "vitest";
import type { PairState, WhatIfEvent } from "./prediction.ts";
import { sampleRestart } from "./sample.ts";
import { outcome, pairWith, resource } from "./testing/what-if.ts";

/** disk <- ip <- app; the app is never given up by itself. */
const restart = { ...sampleRestart, action: "restart" as const };
const policy = pairWith({
  resources: [
    resource("disk"),
    resource("ip", { dependsOn: ["disk"], restart }),
    resource("app", { dependsOn: ["ip"] }),
  ],
});
const failed = (name: string, isEverywhere = false): Partial<PairState> => ({
  hardFailures: [{ node: "db-2", resource: `sql/${name}`, isEverywhere }],
});
const drain: WhatIfEvent = { kind: "nodePause", node: "db-1", mode: "drain" };

it("runs what stands before it where nothing better is left, also with action restart", () => {
  expect(outcome(policy, drain).group).toMatchObject({ to: "db-2", verdict: "moves" });
  for (const name of ["ip", "app"]) {
    const { group } = outcome(policy, drain, failed(name));
    expect(group).toMatchObject({ to: "db-2", verdict: "partial" });
    expect(group?.stopped).toContain(`sql/${name}`);
    expect(group?.why).toMatch(`${name} cannot be tried again on db-2 before its failure is cleared`);
  }
  expect(outcome(policy, drain, failed("disk")).group).toMatchObject({ to: null, verdict: "stops" });
});

it("does not move a group there", () => {
  const { group } = outcome(policy, { kind: "move", group: "sql", to: "db-2" }, failed("app"));
  expect(group).toMatchObject({ to: "db-1", verdict: "stays" });
  expect(group?.why).toMatch(/^sql stays on db-1: app cannot be tried again on db-2/);
});

it("counts on every node if it is about the configuration, until its node is lost and forgets", () => {
  const owners = { sql: null };
  const returns: WhatIfEvent = { kind: "witnessLoss" };
  expect(outcome(policy, returns, { ...failed("disk", true), owners }).group).toMatchObject({ to: null });
  expect(outcome(policy, returns, { ...failed("disk"), owners }).group).toMatchObject({ to: "db-1" });
  expect(outcome(policy, { kind: "nodeLoss", node: "db-2" }, failed("disk", true)).group).toMatchObject({
    to: "db-1",
    verdict: "stays",
  });
});
