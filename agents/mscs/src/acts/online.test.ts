/** Orders that bring something online, and orders to what an adopted pair calls by ids of its own. */

import { writeFile } from "node:fs/promises";
import type { MscsAct, MscsOrder } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { authkey, type Bench, bench, nodePolicy, policy } from "../testing/bench.ts";

const secrets = { corosyncAuthkey: authkey };

async function give(it: Bench, verb: MscsOrder["verb"], object: MscsOrder["object"]) {
  const order: MscsOrder = { verb, object, to: null, mode: null, deadlineS: 2 };
  const args = { id: `${verb} ${object.name}`, by: "anna", order: JSON.stringify(order), wait: "true" };
  const { code, message, data } = await it.half.command("mscs.order", args);
  return { code, message, act: data as MscsAct };
}

function withFailures(it: Bench, failCount: number): void {
  const [group] = it.runner.view.groups;
  const resources = group!.resources.map((item) => ({ ...item, failCount }));
  it.runner.view = { ...it.runner.view, groups: [{ ...group!, resources }] };
}

it.each([
  [0, false],
  [4, true],
])("with %i failures remembered, tries again: %s", async (failCount, isForgotten) => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  withFailures(it, failCount);
  expect(await give(it, "online", { kind: "group", name: "sql" })).toMatchObject({ code: "ok" });
  expect(it.runner.tools.includes("crm_resource --cleanup --resource sql")).toBe(isForgotten);
});

it("calls a resource of an adopted pair by the id that it has there", async () => {
  await using it = await bench();
  await writeFile(it.paths.corosyncConf, "totem { cluster_name: hand }\n");
  await it.half.apply(nodePolicy({ ...policy, engine: "adopted" }), {});
  await give(it, "fail", { kind: "resource", name: "sql/ip" });
  expect(it.runner.tools).toContain("crm_resource --fail --resource ip --node db-1");
});
