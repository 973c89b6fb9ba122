/** The mapping of FAILOVER, "MSCS -> Pacemaker", line by line. */
import { expect, it } from "vitest";
import { compileCib, ownedIds } from "./compile-cib.ts";
import { sampleGroup, samplePair } from "./sample.ts";
import type { MscsGroup } from "./types.ts";

const group = sampleGroup();
const policy = (changes: Partial<MscsGroup> = {}) =>
  samplePair({
    groups: [
      sampleGroup({
        preferredOwners: ["db-2", "db-1"],
        resources: [...group.resources.slice(2), ...group.resources.slice(0, 2)],
        ...changes,
      }),
    ],
  });
const compiled = (changes: Partial<MscsGroup> = {}) => compileCib(policy(changes));

it("puts the members in start order under ids of their own", () => {
  expect(compiled().groups[0]?.members.map((member) => member.id)).toEqual(["sql.disk", "sql.ip", "sql.db"]);
});

it("moves a group only after as many restarts as the threshold says", () => {
  for (const member of compiled().groups[0]?.members ?? []) {
    expect(member.meta).toEqual({ "migration-threshold": "4", "failure-timeout": "900s" });
  }
});

it("hands PostgreSQL its own programs, directory, port and socket", () => {
  expect(compiled().groups[0]?.members[2]?.attributes).toEqual({
    program_directory: "/usr/lib/postgresql/15/bin",
    data_directory: "/srv/sql/data",
    port: "5432",
    socket_directory: "/run/postgresql",
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
  expect(compiled().groups[0]).toMatchObject({ meta: { priority: "2000" }, failbackHours: [] });
  expect(failback(null)).toMatchObject({ meta: { "resource-stickiness": "0" }, failbackHours: [] });
  expect(failback([2, 4])?.meta).not.toHaveProperty("resource-stickiness");
  expect(failback([2, 4])?.failbackHours).toEqual(["2-3"]);
  expect(failback([22, 4])?.failbackHours).toEqual(["22-23", "0-3"]);
  expect(failback([22, 0])?.failbackHours).toEqual(["22-23"]);
  expect(failback([3, 3])?.failbackHours).toEqual(["3"]);
});

it("throws on a circle that should have been refused before", () => {
  const resources = [{ ...group.resources[0]!, dependsOn: ["disk"] }];
  expect(() => compiled({ resources })).toThrow("circle");
});

it("lists everything that it owns", () => {
  expect(ownedIds(compiled())).toEqual([
    "bulkhead-alerts",
    "fence-db-1",
    "fence-db-1-not-on-db-1",
    "fence-db-2",
    "fence-db-2-not-on-db-2",
    "sql",
    "sql-prefers-db-1",
    "sql-prefers-db-2",
  ]);
});
