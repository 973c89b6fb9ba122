/**
 * The wall between the tiers on a running fleet: the same two deployments (both services on one node, R1; an MSCS address
 * that is a VIP, R4) are refused by the plan, by the API, by the database itself and by the agent that is handed a
 * correctly signed bundle.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { snapshot, whole } from "./fleet.ts";
import { ApiError, data, inNode, mutate, query, type Refusal, tiers, until, vip } from "./system.ts";

interface PlanView {
  id: string;
  hash: string;
  report: { refusals: Refusal[]; plan: unknown };
}

interface AuditRecord {
  action: string;
  outcome: string;
  detail: Record<string, unknown>;
}

/** What each rule forbids, as an edit of the fleet file in force, as a row for the database, and as a bundle. */
const forbidden = [
  {
    rule: "R1",
    edit: (yaml: string) => yaml.replaceAll("db-2", "web-1"),
    objects: ["web-1", "web", "data"],
    sql: `INSERT INTO "MscsNode" ("nodeName", "clusterName", "nodeId", "address") VALUES ('web-1', 'data', 2, '10.77.0.77')`,
    constraint: /R1_node_has_one_service/,
    node: "web-1",
  },
  {
    rule: "R4",
    edit: (yaml: string) => yaml.replace("10.77.0.50/24", `${vip}/24`),
    objects: [vip, "web"],
    sql: `INSERT INTO "MscsResource" VALUES ('data', 'sql', 'second', 'ipAddress', '${vip}', 'mscsFloating', '{}')`,
    constraint: /R4_vip_is_no_mscs_address/,
    node: "db-1",
  },
];

/** Canonical JSON, the signed form of a bundle: sorted keys, no white space. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(",")}}`;
}

/** A bundle as the controller would sign it: the machine has the controller's key, nothing is forged. */
function signed(payload: unknown): string {
  const key: KeyObject = createPrivateKey(readFileSync(join(data, "secrets/signing.key")));
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  const bytes = Buffer.from(canonical(payload));
  return JSON.stringify({
    payload: bytes.toString("base64"),
    signature: sign(null, bytes, key).toString("base64"),
    keyId: createHash("sha256").update(der).digest("base64url").slice(0, 22),
  });
}

/** The pair's policy with `node` as its second node and `address` as the group's address. */
function pairPolicy(node: string, address: string) {
  const restart = { threshold: 3, periodS: 900 };
  const ip = {
    name: "ip",
    type: "ipAddress",
    address,
    prefixLength: 24,
    interface: "eth0",
    dependsOn: [],
    restart,
  };
  return {
    service: "mscs",
    mscs: {
      cluster: "data",
      nodes: [
        { node: "db-1", nodeId: 1, address: "10.77.0.11" },
        { node, nodeId: 2, address: node === "db-2" ? "10.77.0.12" : "10.77.0.1" },
      ],
      witness: { node: "witness-1", address: "10.77.0.20" },
      fencing: { agent: "fence_bulkhead_lab", nodes: {} },
      tokenMs: 1000,
      groups: [
        {
          name: "sql",
          preferredOwners: [],
          failback: { allow: false, windowHours: null },
          failover: { threshold: 3, periodHours: 6 },
          resources: [ip],
        },
      ],
    },
    wall: { vips: [{ address: vip, cluster: "web" }], mscsAddresses: [{ address, owner: "group sql" }] },
  };
}

async function offer(node: string, policy: unknown): Promise<string> {
  const { nodes } = await snapshot();
  const self = nodes.find(({ name }) => name === node);
  const generation = (self?.generation.applied ?? 0) + 1;
  const payload = {
    formatVersion: 1,
    node,
    machineId: self?.machineId,
    generation,
    issuedAt: Date.now(),
    policy,
    sealedSecrets: null,
  };
  await inNode(node, ["sh", "-c", "cat > /run/offered.json"], signed(payload));
  const answer = await inNode(node, ["bulkhead-agent", "apply", "/run/offered.json"]);
  expect(answer.code).not.toBe(0);
  return answer.stdout + answer.stderr;
}

/** Below the data directory, or in the system's state directory where the server's account cannot get there. */
function databaseDir(): string {
  const own = join(realpathSync(data), "postgres");
  const mark = createHash("sha256").update(own).digest("hex").slice(0, 12);
  return existsSync(own) ? own : `/var/lib/bulkhead-pg-${mark}`;
}

/** What the database itself answers to its owner, who goes round every program of ours. */
async function direct(statement: string): Promise<string> {
  const port = readFileSync(join(databaseDir(), "postmaster.pid"), "utf8").split("\n")[3] ?? "";
  const password = readFileSync(join(data, "secrets/pg.password"), "utf8").trim();
  const client = new pg.Client({
    host: "127.0.0.1",
    port: Number(port),
    user: "bulkhead",
    database: "bulkhead",
    password,
  });
  await client.connect();
  try {
    const outcome: unknown = await client.query(statement).catch((error: unknown) => error);
    if (!(outcome instanceof pg.DatabaseError)) throw new Error("the database took it");
    return [outcome.message, outcome.constraint, outcome.hint && `HINT: ${outcome.hint}`].join("\n");
  } finally {
    await client.end();
  }
}

describe.skipIf(!tiers.includes("back")).each(forbidden)(
  "$rule on a running fleet",
  ({ rule, edit, objects, sql, constraint, node }) => {
    let plan: PlanView;
    beforeAll(async () => {
      await whole();
      const { yaml } = await query<{ yaml: string }>("intent.current");
      plan = await mutate<PlanView>("plans.create", { yaml: edit(yaml) });
    });

    it("is refused by the plan, which names the objects and a way out", () => {
      expect(plan.report.plan).toBeNull();
      const refusal = plan.report.refusals.find((one) => one.rule === rule);
      expect(refusal?.objects.map(({ name }) => name)).toEqual(expect.arrayContaining(objects));
      expect(refusal?.reason).toMatch(/Q223157|KB|DOMAIN|virtual IP/i);
      expect(refusal?.cure.length).toBeGreaterThan(20);
    });

    it("is refused when the API is told to apply it all the same, and the attempt is on record", async () => {
      const attempt = await mutate("deployments.start", { planId: plan.id, hash: plan.hash }).catch(
        (error: unknown) => error,
      );
      expect(attempt).toBeInstanceOf(ApiError);
      expect((attempt as ApiError).refusals.map((one) => one.rule)).toContain(rule);
      const records = await query<AuditRecord[]>("audit.list", { limit: 20 });
      const refusedApply = records.find(
        ({ action, outcome }) => action.startsWith("deployment.") && outcome === "refused",
      );
      expect(JSON.stringify(refusedApply?.detail)).toContain(`"${rule}"`);
    });

    it("is refused by the database itself", async () => {
      const said = await direct(sql);
      expect(said).toMatch(constraint);
      expect(said).toContain(`${rule}: `);
      expect(said).toContain("HINT:");
    });

    it("is refused by the agent that is handed a correctly signed bundle", async () => {
      const policy = rule === "R1" ? pairPolicy("web-1", "10.77.0.50") : pairPolicy("db-2", vip);
      const said = await offer(node, policy);
      console.log(`${node}: ${said.trim()}`);
      expect(said).toContain(`${rule}: `);
      const running = await inNode(node, ["systemctl", "is-active", "corosync"]);
      expect(running.stdout.trim()).toBe(node === "web-1" ? "inactive" : "active");
      await until("the refusal to be in the audit log", async () => {
        const records = await query<AuditRecord[]>("audit.list", { limit: 20 });
        const found = records.find(
          ({ action, outcome }) => action === "bundle.offer" && outcome === "refused",
        );
        return String(found?.detail["message"]).includes(`${rule}: `) ? true : null;
      });
    });
  },
);
