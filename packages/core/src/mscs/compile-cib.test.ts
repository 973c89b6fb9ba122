/** The mapping of FAILOVER, "MSCS -> Pacemaker", line by line. */
import { expect, it } from "vitest";
import { compileCib, ownedIds } from "./compile-cib.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";

const restart = { threshold: 3, periodS: 900 };
const group: MscsGroup = {
  name: "sql",
  preferredOwners: ["db-2", "db-1"],
  failback: { allow: false, windowHours: null },
  failover: { threshold: 1, periodHours: 6 },
  resources: [
    {
      name: "db",
      type: "postgresql",
      dataDir: "/srv/sql/data",
      binDir: "/opt/pg/bin",
      port: 5433,
      dependsOn: ["disk", "ip"],
      restart,
    },
    {
      name: "disk",
      type: "filesystem",
      device: "/dev/sdb1",
      mount: "/srv/sql",
      fs: "ext4",
      dependsOn: [],
      restart,
    },
    {
      name: "ip",
      type: "ipAddress",
      address: "10.77.0.50",
      prefixLength: 24,
      interface: "eth0",
      dependsOn: [],
      restart,
    },
  ],
};
const policy = (changes: Partial<MscsGroup> = {}): MscsPolicy => ({
  cluster: "data",
  nodes: [
    { node: "db-1", nodeId: 1, address: "10.77.0.11" },
    { node: "db-2", nodeId: 2, address: "10.77.0.12" },
  ],
  witness: { node: "witness-1", address: "10.77.0.20" },
  fencing: { agent: "fence_ipmilan", nodes: { "db-1": { ip: "192.0.2.1" }, "db-2": { ip: "192.0.2.2" } } },
  tokenMs: 1000,
  groups: [{ ...group, ...changes }],
});
const compiled = (changes: Partial<MscsGroup> = {}) => compileCib(policy(changes));

it("puts the members in start order under ids of their own", () => {
  expect(compiled().groups[0]?.members.map((member) => member.id)).toEqual(["sql.disk", "sql.ip", "sql.db"]);
});

it("gives each resource its restart threshold and period", () => {
  for (const member of compiled().groups[0]?.members ?? []) {
    expect(member.meta).toEqual({ "migration-threshold": "3", "failure-timeout": "900s" });
  }
});

it("hands PostgreSQL its own programs, directory, port and socket", () => {
  expect(compiled().groups[0]?.members[2]?.attributes).toEqual({
    pgctl: "/opt/pg/bin/pg_ctl",
    psql: "/opt/pg/bin/psql",
    pgdata: "/srv/sql/data",
    pgport: "5433",
    socketdir: "/run/postgresql",
    start_opt: "-p 5433 -k /run/postgresql",
  });
});

it("never compiles a pair without fencing, and no node fences itself", () => {
  const model = compiled();
  expect(model.properties["stonith-enabled"]).toBe("true");
  expect(model.fencing.map((device) => device.attributes["pcmk_host_list"])).toEqual(["db-1", "db-2"]);
  expect(model.locations).toContainEqual({
    id: "fence-db-1-not-on-db-1",
    resource: "fence-db-1",
    node: "db-1",
    score: "-INFINITY",
  });
});

it("prefers owners in order, always weaker than staying", () => {
  const scores = compiled().locations.filter((location) => location.resource === "sql");
  expect(scores.map(({ node, score }) => [node, score])).toEqual([
    ["db-2", 100],
    ["db-1", 50],
  ]);
  expect(Number(compiled().resourceDefaults["resource-stickiness"])).toBeGreaterThan(100);
});

it("maps failback: prevented, at once, and in a window that may pass midnight", () => {
  const failback = (windowHours: [number, number] | null) =>
    compiled({ failback: { allow: true, windowHours } }).groups[0];
  expect(compiled().groups[0]).toMatchObject({ meta: {}, failbackHours: [] });
  expect(failback(null)).toMatchObject({ meta: { "resource-stickiness": "0" }, failbackHours: [] });
  expect(failback([2, 4])).toMatchObject({ meta: {}, failbackHours: ["2-3"] });
  expect(failback([22, 4])?.failbackHours).toEqual(["22-23", "0-3"]);
  expect(failback([22, 0])?.failbackHours).toEqual(["22-23"]);
  expect(failback([3, 3])?.failbackHours).toEqual(["3"]);
});

it("throws on a circle that should have been refused before", () => {
  const resources = [{ ...group.resources[1]!, dependsOn: ["disk"] }];
  expect(() => compiled({ resources })).toThrow("circle");
});

it("lists everything that it owns", () => {
  expect(ownedIds(compiled())).toEqual([
    "fence-db-1",
    "fence-db-1-not-on-db-1",
    "fence-db-2",
    "fence-db-2-not-on-db-2",
    "sql",
    "sql-prefers-db-1",
    "sql-prefers-db-2",
  ]);
});
