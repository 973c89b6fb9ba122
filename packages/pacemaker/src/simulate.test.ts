/** The scheduler on a CIB that a running pair of the lab had, with the history that real operations leave. */
import { readFile } from "node:fs/promises";
import { decompile, plannedState, predict, samplePair, type WhatIfEvent } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { readCib } from "./cib-read.ts";
import { missingPrograms } from "./daemons.ts";
import { MissingToolError } from "./errors.ts";
import { execute } from "./execute.ts";
import { simulate } from "./simulate.ts";
import { parseXml } from "./xml.ts";

const hasTools = (await missingPrograms(["crm_simulate"])).length === 0;
const live = parseXml(await readFile(new URL("testdata/live-pair.cib.xml", import.meta.url), "utf8"), "cib");
const { groups } = decompile(readCib(live).model, { nodes: ["db-1", "db-2"], engine: "made" });
const policy = samplePair({ groups });
const state = { ...plannedState(policy), owners: { sql: "db-1", queue: "db-2" } };
const failed = (times: number): WhatIfEvent => ({
  kind: "resourceFailure",
  group: "sql",
  resource: "db",
  times,
});

it.skipIf(!hasTools).each<WhatIfEvent>([
  { kind: "nodeLoss", node: "db-1" },
  { kind: "nodePause", node: "db-1", mode: "drain" },
  { kind: "move", group: "sql", to: "db-2" },
  failed(1),
  // A probe has left a record of the last failure, which must not make the engine forget that there were three before.
  failed(4),
])("agrees about the group that runs: %o", async (event) => {
  const engine = await simulate(execute, { policy, state, event, live });
  const ours = predict(policy, state, event);
  // The broker was being started at that moment, which is not part of a state.
  const ofSql = ({ object }: { object: string }) => !object.startsWith("queue/");
  expect(engine.steps.filter(ofSql)).toEqual(expect.arrayContaining(ours.steps.filter(ofSql)));
  expect(engine.steps.filter(ofSql)).toHaveLength(ours.steps.filter(ofSql).length);
  expect(engine.groups[0]).toMatchObject({
    group: "sql",
    to: ours.groups[0]?.to,
    verdict: ours.groups[0]?.verdict,
  });
  expect(engine.fenced).toEqual(ours.fenced);
});

it("names the program that is missing", async () => {
  const run = () =>
    Promise.resolve({ code: 127, stdout: "", stderr: "env: 'crm_simulate': No such file or directory" });
  const asked = simulate(run, { policy, state, event: { kind: "witnessLoss" }, live: null });
  await expect(asked).rejects.toThrow(MissingToolError);
});
