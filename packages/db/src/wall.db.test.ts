/** The wall in the tables: what an admin at a database prompt, or two admins at once, cannot bring about. */
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestDatabase, type TestServer } from "./testing/database.ts";
import { enrolAll } from "./testing/fleet.ts";
import { cluster, fleetInForce, floating, group, host, member, pair, rule, wrong } from "./testing/wall.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let test: TestDatabase;
let sql: pg.Client;

const nodes = ["web-1", "web-2", "db-1", "db-2", "witness-1"];
beforeAll(async () => {
  server = await startTestServer((db) => enrolAll(db, nodes));
  test = await server.fresh();
  sql = await test.connect();
});
afterAll(async () => {
  await test.close();
  await server.stop();
});

/** Every test of one connection happens in a transaction that is rolled back. */
function inTransaction(): void {
  beforeEach(() => sql.query("begin"));
  afterEach(() => sql.query("rollback"));
}

interface Spoken {
  message: string;
  detail: string;
  hint: string;
  constraint: string;
  code: string;
}

async function refused(statement: string, client = sql): Promise<Spoken> {
  await client.query("savepoint before");
  const outcome = await client.query(statement).then(
    () => null,
    (error: unknown) => error as Spoken,
  );
  if (!outcome) throw new Error(`the database accepted: ${statement}`);
  await client.query("rollback to before");
  return outcome;
}

async function build(): Promise<void> {
  for (const statement of fleetInForce()) await sql.query(statement);
}

describe("direct SQL", () => {
  inTransaction();

  it.each(wrong)("refuses %s", async (...[, statement, constraint, message]) => {
    await build();
    const spoken = await refused(statement);
    expect(spoken).toMatchObject({ constraint, message: expect.stringMatching(message) });
  });

  it("says rule, objects and cure", async () => {
    await build();
    const { message, detail, hint } = await refused(member("web-1", 2, "192.0.2.12"));
    expect(message).toBe("R1: Node web-1 is in WLBS cluster web and cannot be in MSCS pair data as well");
    expect(detail).toContain("KB Q223157");
    expect(detail).toContain("Objects: node web-1, wlbs-cluster web, mscs-cluster data.");
    expect(hint).toBe("Take web-1 out of one of the two, or use another machine.");
  });

  it("refuses by update what it refuses by insert", async () => {
    await build();
    const move = await refused(`update "MscsResource" set "address" = '192.0.2.100' where "name" = 'ip'`);
    expect(move.constraint).toBe("R4_vip_is_no_mscs_address");
    const rename = await refused(`update "WlbsHost" set "nodeName" = 'db-1' where "nodeName" = 'web-1'`);
    expect(rename.constraint).toBe("R1_node_has_one_service");
    const role = await refused(`update "Node" set "role" = 'mscs' where "name" = 'web-1'`);
    expect(role.constraint).toBe("R1_node_has_one_service");
  });

  it("refuses overlapping port rules and lets TCP and UDP share a port", async () => {
    await build();
    await sql.query(rule("low", [80, 90], { protocol: "tcp" }));
    await sql.query(rule("udp", [85, 85], { protocol: "udp" }));
    expect((await refused(rule("again", [90, 95], { protocol: "tcp" }))).constraint).toBe(
      "R10_rules_do_not_overlap",
    );
    expect((await refused(rule("all", [85, 85], { protocol: "both" }))).constraint).toBe(
      "R10_rules_do_not_overlap",
    );
    expect((await refused(rule("odd", [9, 8], { protocol: "tcp" }))).constraint).toBe("R10_port_range");
  });

  it("lets rules of two virtual IPs share a port, and none share it with a rule for all", async () => {
    await build();
    await sql.query(rule("four", [80, 80], { protocol: "tcp", vip: "192.0.2.100" }));
    await sql.query(rule("six", [80, 80], { protocol: "tcp", vip: "2001:db8::64" }));
    expect((await refused(rule("all", [80, 80], { protocol: "tcp" }))).constraint).toBe(
      "R10_rules_do_not_overlap",
    );
    const strange = rule("strange", [81, 81], { protocol: "tcp", vip: "192.0.2.99" });
    expect((await refused(strange)).constraint).toBe("R10_rule_is_for_a_vip_of_its_cluster");
  });

  it("frees node and address when their row goes", async () => {
    await build();
    await sql.query('delete from "WlbsCluster"');
    await sql.query(member("web-1", 2, "192.0.2.100"));
    const left = await sql.query('select host("address") as address, "use" from "FleetAddress" order by 1');
    expect(left.rows.map((row) => `${row.address} ${row.use}`)).toEqual([
      "192.0.2.100 mscsNode",
      "192.0.2.11 mscsNode",
      "192.0.2.20 witness",
      "192.0.2.50 mscsFloating",
      "198.51.100.11 mscsSecond",
    ]);
  });

  it("takes a pair without witness and fencing, and frees second addresses with their node", async () => {
    await build();
    await sql.query(
      `update "MscsCluster" set "witnessNode" = null, "witnessAddress" = null, "fencingAgent" = null`,
    );
    const witness = await sql.query(`select "role" from "Node" where "name" = 'witness-1'`);
    expect(witness.rows[0]?.role).toBeNull();
    await sql.query('delete from "MscsCluster"');
    const left = await sql.query(
      `select 1 from "FleetAddress" where "use" <> 'vip' and "use" <> 'dedicated'`,
    );
    expect(left.rowCount).toBe(0);
  });

  it("lets one witness serve two pairs", async () => {
    await build();
    await sql.query(pair("more", "witness-1", "192.0.2.20"));
    await sql.query(`delete from "MscsCluster" where "name" = 'data'`);
    const node = await sql.query(`select "role" from "Node" where "name" = 'witness-1'`);
    expect(node.rows[0]?.role).toBe("witness");
  });
});

describe("without the triggers", () => {
  inTransaction();

  it.each(wrong.filter(([, , constraint]) => /^R[1-7]_/.test(constraint)))(
    "still refuses %s",
    async (_what, statement) => {
      await build();
      for (const table of ["WlbsVip", "WlbsHost", "MscsCluster", "MscsNode", "MscsResource"]) {
        await sql.query(`alter table "${table}" disable trigger "wall_claim"`);
      }
      expect((await refused(statement)).constraint).toMatch(/^R[1-7]_/);
    },
  );
});

describe.each(["read committed", "repeatable read", "serializable"])(
  "two admins at once, %s",
  (isolation) => {
    const races: [string, string[], string, string][] = [
      [
        "one node",
        [cluster("web", "192.0.2.100"), pair("data", "witness-1", "192.0.2.20")],
        host("web-1", 1, "192.0.2.1"),
        member("web-1", 1, "192.0.2.11"),
      ],
      [
        "one address",
        [pair("data", "witness-1", "192.0.2.20"), group],
        cluster("web", "192.0.2.50"),
        floating("ip", "192.0.2.50"),
      ],
    ];

    it.each(races)("cannot both have %s", async (...[, before, one, other]) => {
      const own = await server.fresh();
      const [first, second] = [await own.connect(), await own.connect()];
      for (const statement of before) await first.query(statement);
      for (const client of [first, second]) {
        await client.query(`begin isolation level ${isolation}`);
        // Both take their snapshot before either writes.
        await client.query('select count(*) from "FleetAddress"');
      }
      await first.query(one);
      const waiting = refused(other, second);
      await untilBlocked(second);
      await first.query("commit");
      const spoken = await waiting;
      expect(/^R[14]_/.test(spoken.constraint ?? "") || spoken.code === "40001").toBe(true);
      await own.close();
    });
  },
);

/** Resolves when the server says that the connection waits for a lock. */
async function untilBlocked(client: pg.Client): Promise<void> {
  const { processID } = client as pg.Client & { processID: number };
  for (;;) {
    const found = await sql.query("select wait_event_type from pg_stat_activity where pid = $1", [processID]);
    if (found.rows[0]?.wait_event_type === "Lock") return;
  }
}
