/** What failed and is left as it is (restart action `none`) cannot be stopped, nor can what it rests on. */
import { expect, it } from "vitest";
import type { PairState, WhatIfEvent } from "./prediction.ts";
import { sampleRestart } from "./sample.ts";
import { outcome, pairWith, resource } from "./testing/what-if.ts";

const none = { ...sampleRestart, action: "none" as const };
/** disk <- ip <- app, which has failed on db-1 and is left so; log rests on the disk alone. */
const policy = pairWith({
  resources: [
    resource("disk"),
    resource("ip", { dependsOn: ["disk"] }),
    resource("app", { dependsOn: ["ip"], restart: none }),
    resource("log", { dependsOn: ["disk"] }),
  ],
});
const held: Partial<PairState> = { failCounts: [{ node: "db-1", resource: "sql/app", count: 1 }] };

const stepsOf = (event: WhatIfEvent, state: Partial<PairState> = held) => {
  const { group, steps } = outcome(policy, event, state);
  return { to: group?.to, why: group?.why, steps: steps.map(({ action, object }) => `${action} ${object}`) };
};

it("keeps a drained group where it is, but for what can be stopped", () => {
  const { to, why, steps } = stepsOf({ kind: "nodePause", node: "db-1", mode: "drain" });
  expect({ to, steps }).toEqual({ to: "db-1", steps: ["stop sql/log"] });
  expect(why).toMatch(/^sql cannot leave db-1: .*Clear the failure first\./);
});

it("outlives an order to be offline, and the loss of quorum", () => {
  const nodes: PairState["nodes"] = [
    { name: "db-1", state: "up" },
    { name: "db-2", state: "down" },
  ];
  expect(stepsOf({ kind: "witnessLoss" }, { ...held, nodes })).toMatchObject({
    to: "db-1",
    steps: ["stop sql/log"],
  });
  expect(stepsOf({ kind: "witnessLoss" }, { ...held, orderedOffline: ["sql/app"] })).toMatchObject({
    to: "db-1",
    steps: [],
  });
});

it("leaves what it rests on failed: a restart would have to stop it first", () => {
  const event = { kind: "resourceFailure", group: "sql", times: 1 } as const;
  const ip = outcome(policy, { ...event, resource: "ip" }, held);
  expect(ip.steps).toEqual([]);
  expect(ip.group).toMatchObject({ to: "db-1", stopped: ["sql/ip", "sql/app"] });
  expect(stepsOf({ ...event, resource: "log" }).steps).toEqual(["stop sql/log", "start sql/log"]);
});

it("ends with its node", () => {
  expect(stepsOf({ kind: "nodeLoss", node: "db-1" })).toMatchObject({ to: "db-2" });
});
