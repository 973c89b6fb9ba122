/** The stores against a real Postgres: enrolment, plan and apply with compare-and-set, tokens, settings. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ChangeWithoutAudit, openDatabase, RefusedByDatabase } from "./index.ts";
import type { Db } from "./stores.ts";
import { type Apply, applierOn, planRow } from "./testing/apply.ts";
import { startTestServer, type TestDatabase, type TestServer } from "./testing/database.ts";
import { enrolAll, enrolment, event, newToken, plan, wlbsPolicy } from "./testing/fleet.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let test: TestDatabase;
let db: Db;

beforeAll(async () => void (server = await startTestServer((template) => enrolAll(template))));
afterAll(() => server.stop());

/** A database of its own for every test of a group, or one for all of them. */
function database(each: "each" | "all"): void {
  const [before, after] = each === "each" ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    test = await server.fresh();
    db = test.db;
  });
  after(() => test.close());
}

const apply = (...[id, change]: Parameters<Apply>) => applierOn(db)(id, change);

describe("apply", () => {
  database("each");

  it("puts the plan in force, in one transaction with its audit event", async () => {
    const before = await db.audit.head();
    expect(await apply("p1")).toMatchObject({
      id: "d-p1",
      state: "running",
      nodes: expect.arrayContaining([
        {
          node: "web-1",
          generation: 1,
          envelope: { payload: "web-1", keyId: "k" },
          state: "waiting",
          refusal: null,
          updatedAt: 20,
        },
      ]),
    });
    expect(await db.intent.head()).toEqual({ planId: "p1", planHash: "hash-p1", movedAt: 20 });
    expect(await db.intent.applied()).toEqual(planRow("p1"));
    const roles = (await db.nodes.list()).map(
      ({ name, role, desiredGeneration }) => `${name} ${role} ${desiredGeneration}`,
    );
    expect(roles).toEqual([
      "db-1 mscs 1",
      "db-2 mscs 1",
      "web-1 wlbs 1",
      "web-2 wlbs 1",
      "web-3 wlbs 1",
      "witness-1 witness 1",
    ]);
    expect((await db.audit.head()).seq).toBe(before.seq + 1);
  });

  it("replaces what was in force and counts generations on", async () => {
    await apply("p1");
    await apply("p2", { parentHash: "hash-p1", floating: "192.0.2.51" });
    const client = await test.connect();
    const addresses = await client.query(
      'select host("address") as address from "MscsResource" where "address" is not null',
    );
    expect(addresses.rows).toEqual([{ address: "192.0.2.51" }]);
    expect(await db.deployments.latestBundle("db-1")).toMatchObject({ generation: 2, deploymentId: "d-p2" });
    expect((await db.deployments.list(5)).map((one) => one.id)).toEqual(["d-p2", "d-p1"]);
  });

  it("refuses a plan that was made for another head", async () => {
    await apply("p1");
    expect(await apply("p2")).toMatchObject({ refusal: { rule: "B-stale-plan" } });
    expect((await db.intent.head()).planId).toBe("p1");
  });

  it("lets one of two admins win who apply on the same head at once", async () => {
    const results = await Promise.all([apply("p1"), apply("p2")]);
    expect(results.filter((one) => "refusal" in one)).toHaveLength(1);
    expect(await db.deployments.list(5)).toHaveLength(1);
    expect(await db.audit.verifyAll()).toMatchObject({ ok: true });
  });

  it("gives the refusal of the rule when the tables refuse, and leaves nothing behind", async () => {
    await apply("p1");
    const before = await db.audit.head();
    const error = await apply("p2", { parentHash: "hash-p1", floating: "192.0.2.100" }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RefusedByDatabase);
    expect((error as RefusedByDatabase).refusal).toEqual({
      rule: "R4",
      severity: "error",
      objects: [
        { kind: "address", name: "192.0.2.100" },
        { kind: "resource", name: "data/sql/ip" },
        { kind: "wlbs-cluster", name: "web" },
      ],
      message:
        "192.0.2.100 cannot be the floating address of resource data/sql/ip, it is already the virtual IP of wlbs-cluster web",
      reason: "An MSCS address must never be a WLBS virtual IP (KB Q223157).",
      cure: "Choose another address for resource data/sql/ip, or change wlbs-cluster web first.",
    });
    expect(await db.intent.head()).toMatchObject({ planId: "p1" });
    expect(await db.plans.get("p2")).toBeNull();
    expect(await db.audit.head()).toEqual(before);
  });

  it("names the rule when a bare constraint speaks", async () => {
    const hosts = wlbsPolicy().hosts.map((host) => ({ ...host, hostId: 1 }));
    const clash = plan();
    clash.policies["web-1"] = {
      service: "wlbs",
      wlbs: { ...wlbsPolicy(), hosts },
      wall: { vips: [], mscsAddresses: [] },
    };
    const error = await apply("p1", { plan: clash }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "RefusedByDatabase",
      refusal: { rule: "R8", message: expect.stringContaining("host id once") },
    });
  });

  it("keeps the states of nodes and the end of a deployment", async () => {
    await apply("p1");
    const refusal = {
      rule: "R1",
      severity: "error" as const,
      objects: [],
      message: "m",
      reason: "r",
      cure: "c",
    };
    await db.change(async (tx) => {
      tx.audit.append(event("deployment.finish"));
      await tx.deployments.setNode("d-p1", "web-1", { state: "refused", refusal, at: 30 });
      await tx.deployments.finish("d-p1", { state: "failed", why: "web-1 refused", at: 31 });
    });
    const found = await db.deployments.get("d-p1");
    expect(found).toMatchObject({ state: "failed", why: "web-1 refused", finishedAt: 31 });
    expect(found?.nodes.find(({ node }) => node === "web-1")).toMatchObject({
      state: "refused",
      refusal,
      updatedAt: 30,
    });
  });
});

describe("enrolment", () => {
  database("each");

  async function enrol(
    input: Partial<ReturnType<typeof enrolment>>,
    token?: { node: string; expiresAt?: number },
  ) {
    return db.change(async (tx) => {
      tx.audit.append(event("node.enrol"));
      if (token) await tx.nodes.createToken({ ...newToken(token.node), ...token });
      return tx.nodes.enrol({ ...enrolment("new-1"), tokenHash: "t", ...input });
    });
  }

  it("takes a token once", async () => {
    expect(await enrol({}, { node: "new-1" })).toMatchObject({
      node: { name: "new-1", machineId: "machine-new-1", role: null },
    });
    expect(await enrol({})).toMatchObject({ refusal: { rule: "B-enrolment-token" } });
  });

  it("gives one of two machines the node that use a token at once", async () => {
    await db.change(async (tx) => {
      tx.audit.append(event("token"));
      await tx.nodes.createToken(newToken("new-1"));
    });
    const results = await Promise.all([enrol({ machineId: "a" }), enrol({ machineId: "b" })]);
    expect(results.filter((one) => "node" in one)).toHaveLength(1);
  });

  it.each([
    ["an expired token", { now: 1_000 }, { node: "new-1" }, "B-enrolment-token"],
    ["an unknown token", { tokenHash: "other" }, undefined, "B-enrolment-token"],
    ["a machine under a second name", { machineId: "machine-web-1" }, { node: "new-1" }, "R2"],
    [
      "another machine under a known name",
      { machineId: "machine-x" },
      { node: "web-1" },
      "B-node-name-taken",
    ],
  ])("refuses %s", async (...[, input, token, rule]) => {
    expect(await enrol(input, token)).toMatchObject({ refusal: { rule } });
  });

  it("renews the keys of the same machine, and keeps counting its generations", async () => {
    await apply("p1");
    await enrol({ ...enrolment("web-1"), tokenHash: "t", signingKey: "fresh" }, { node: "web-1" });
    expect(await db.nodes.get("web-1")).toMatchObject({
      signingKey: "fresh",
      role: "wlbs",
      desiredGeneration: 1,
      appliedGeneration: 0,
    });
  });

  it("revokes a node that nobody needs, and then the machine is free", async () => {
    await apply("p1");
    const revoke = (name: string) =>
      db.change(async (tx) => {
        tx.audit.append(event("node.revoke"));
        return tx.nodes.revoke(name, 40);
      });
    expect(await revoke("web-1")).toMatchObject({ rule: "B-node-in-use" });
    await enrol({}, { node: "new-1" });
    expect(await revoke("new-1")).toBeNull();
    expect(await revoke("new-1")).toMatchObject({ rule: "B-unknown-node" });
    expect((await db.nodes.list()).some(({ name }) => name === "new-1")).toBe(false);
    expect((await db.nodes.list({ withRevoked: true })).find(({ name }) => name === "new-1")?.revokedAt).toBe(
      40,
    );
    await db.change(async (tx) => {
      tx.audit.append(event("token"));
      await tx.nodes.createToken(newToken("new-2", "t2"));
    });
    expect(await enrol({ tokenHash: "t2" })).toMatchObject({
      node: { name: "new-2", machineId: "machine-new-1" },
    });
  });
});

describe("the rest", () => {
  database("all");

  it("stores nothing without an audit event", async () => {
    await expect(db.change((tx) => tx.settings.set("key", "value"))).rejects.toBeInstanceOf(
      ChangeWithoutAudit,
    );
    expect(await db.settings.get("key")).toBeNull();
  });

  it("keeps telemetry, hostile characters included, and never lowers a generation", async () => {
    await db.telemetry.seen("web-1", 50);
    await db.telemetry.inventory("web-1", {
      agentVersion: "0.2.0",
      inventory: { hostname: "a\0b\uD800" },
      at: 60,
    });
    await db.telemetry.applied("web-1", { generation: 3, refusal: null });
    await db.telemetry.applied("web-1", { generation: 2, refusal: null });
    const wanted = {
      lastSeenAt: 60,
      agentVersion: "0.2.0",
      inventory: { hostname: "a\uFFFDb\uFFFD" },
      appliedGeneration: 3,
    };
    expect(await db.nodes.get("web-1")).toMatchObject(wanted);
  });

  it("keeps API tokens by hash, and settings that can be taken once", async () => {
    await db.change(async (tx) => {
      tx.audit.append(event("token.create"));
      await tx.apiTokens.create({ id: "1", name: "ci", tokenHash: "h", createdBy: "Ann", createdAt: 5 });
      await tx.settings.set("setup", "secret");
    });
    expect(await db.apiTokens.findByHash("h", 100_000)).toMatchObject({ id: "1", lastUsedAt: null });
    expect(await db.apiTokens.list()).toEqual([
      { id: "1", name: "ci", createdBy: "Ann", createdAt: 5, lastUsedAt: 100_000 },
    ]);
    const spend = () =>
      db.change(async (tx) => {
        tx.audit.append(event("setup"));
        return [
          await tx.settings.take("setup", "wrong"),
          await tx.settings.take("setup", "secret"),
          await tx.apiTokens.revoke("1"),
        ];
      });
    expect(await spend()).toEqual([false, true, true]);
    expect(await spend()).toEqual([false, false, false]);
    expect(await db.apiTokens.findByHash("h", 100_000)).toBeNull();
  });

  it("reads times as they were written when the server lives in another time zone", async () => {
    const client = await test.connect();
    await client.query(
      `do $$ begin execute format('alter database %I set timezone = ''America/New_York''', current_database()); end $$`,
    );
    await client.query(`update "Node" set "lastSeenAt" = '2026-11-18T09:46:40Z' where "name" = 'web-2'`);
    const elsewhere = openDatabase(test.url);
    expect((await elsewhere.nodes.get("web-2"))?.lastSeenAt).toBe(Date.UTC(2026, 10, 18, 9, 46, 40));
    await elsewhere.close();
  });
});
