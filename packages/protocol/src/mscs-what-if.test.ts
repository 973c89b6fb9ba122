/** The arguments of `mscs.whatIf`, as the controller sends them and as they must not be. */
import { plannedState, samplePair, type WhatIfEvent } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { parseWhatIf } from "./mscs-what-if.ts";

const policy = samplePair();
const state = plannedState(policy);
const ask = (event: unknown, other: object = {}) =>
  parseWhatIf({
    event: JSON.stringify(event),
    policy: JSON.stringify(policy),
    state: JSON.stringify({ ...state, ...other }),
  });

it.each<WhatIfEvent>([
  { kind: "nodeLoss", node: "db-1" },
  { kind: "nodeReturn", node: "db-1" },
  { kind: "nodePause", node: "db-1", mode: "keep" },
  { kind: "resourceFailure", group: "sql", resource: "ip", times: 2 },
  { kind: "linkLoss", network: "service" },
  { kind: "witnessLoss" },
  { kind: "move", group: "sql", to: "db-2" },
  { kind: "policy", policy: samplePair({ tokenMs: 2000 }) },
])("reads a question about $kind", (event) => {
  expect(ask(event)).toEqual({ ok: true, value: { event, policy, state } });
});

it("says what does not fit", () => {
  expect(ask({ kind: "earthquake" })).toMatchObject({ ok: false });
  expect(ask({ kind: "witnessLoss" }, { hour: 24 })).toMatchObject({
    problem: expect.stringContaining("state.hour") as string,
  });
  expect(parseWhatIf({ event: "{" })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("event") as string,
  });
});
