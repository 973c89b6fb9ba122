/** The intent in the tables, and bundles that are made anew for a plan in force. */
import type { Plan } from "@bulkhead/core/plan";
import type { PortRule } from "@bulkhead/core/wlbs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Db } from "./stores.ts";
import { type Apply, applierOn } from "./testing/apply.ts";
import { startTestServer, type TestDatabase, type TestServer } from "./testing/database.ts";
import { enrolAll, event, mscsPolicy, plan, wlbsPolicy } from "./testing/fleet.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let test: TestDatabase;
let db: Db;
let apply: Apply;

beforeAll(async () => {
  server = await startTestServer((template) => enrolAll(template));
});
afterAll(() => server.stop());
beforeEach(async () => {
  test = await server.fresh();
  db = test.db;
  apply = applierOn(db);
});
afterEach(() => test.close());

/** The plan of the tests, with a pair that has neither witness nor fencing. */
function unprotected(): Plan {
  const { policies, ...rest } = plan();
  const changed = Object.entries(policies).map(([node, policy]) => [
    node,
    policy.service === "mscs"
      ? { ...policy, mscs: { ...policy.mscs, witness: null, fencing: null } }
      : policy,
  ]);
  return { ...rest, policies: Object.fromEntries(changed) };
}

describe("intent", () => {
  it("keeps every virtual IP, and what a rule says of hosts and probe", async () => {
    await apply("p1");
    const sql = await test.connect();
    const vips = await sql.query('select host("vip") as vip from "WlbsVip" order by "position"');
    expect(vips.rows).toEqual([{ vip: "192.0.2.100" }, { vip: "2001:db8::64" }]);
    const rules = await sql.query('select "name", host("vip") as vip, "handling" from "PortRule"');
    const [{ weights, priorities, probe }] = wlbsPolicy().rules as [PortRule];
    expect(rules.rows).toEqual([
      { name: "http", vip: "192.0.2.100", handling: { weights, priorities, probe } },
    ]);
  });

  it("keeps a pair with two links, and one that is not protected", async () => {
    await apply("p1");
    const sql = await test.connect();
    const links = `select host("address") as first, host("secondAddress") as second from "MscsNode" order by "nodeId"`;
    expect((await sql.query(links)).rows).toEqual([
      { first: "192.0.2.11", second: "198.51.100.11" },
      { first: "192.0.2.12", second: null },
    ]);
    const group = await sql.query('select "priority", "antiAffinity", "persistentState" from "MscsGroup"');
    expect(group.rows).toEqual([{ priority: "high", antiAffinity: ["heavy"], persistentState: true }]);
    await apply("p2", { parentHash: "hash-p1", plan: unprotected() });
    const head = 'select "engine", "witnessNode", "fencingAgent", "settings" from "MscsCluster"';
    expect((await sql.query(head)).rows).toEqual([
      {
        engine: "made",
        witnessNode: null,
        fencingAgent: null,
        settings: { networks: mscsPolicy().networks, fencing: null },
      },
    ]);
  });

  it("gives new bundles for the plan in force, and for no other", async () => {
    await apply("p1");
    const reissue = (planHash: string) =>
      db.change(async (tx) => {
        tx.audit.append(event("clusters.rotate-key"));
        const generations = await tx.intent.nextGenerations(["web-1"]);
        const nodes = [{ node: "web-1", generation: generations["web-1"] ?? 0, envelope: { payload: "k" } }];
        return tx.intent.reissue({ planId: "p1", planHash, deploymentId: "d-key", by: "Ann", at: 30, nodes });
      });
    expect(await reissue("hash-p0")).toMatchObject({ refusal: { rule: "B-stale-plan" } });
    expect(await reissue("hash-p1")).toMatchObject({
      id: "d-key",
      nodes: [{ node: "web-1", generation: 2 }],
    });
    expect((await db.nodes.get("web-1"))?.desiredGeneration).toBe(2);
    expect((await db.nodes.get("web-2"))?.desiredGeneration).toBe(1);
    expect(await db.intent.head()).toMatchObject({ planId: "p1" });
  });
});
