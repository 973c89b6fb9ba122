/** What groups become: priority, owners, apart, trees, adopted pairs, and what each restart action means. */
import { expect, it } from "vitest";
import { compileCib, ownedIds } from "./compile-cib.ts";
import { sampleCommon, sampleGroup, samplePair, sampleRestart } from "./sample.ts";
import type { GroupPriority, MscsGroup, MscsPolicy, MscsResource, ResourceCommon } from "./types.ts";

function app(name: string, dependsOn: string[] = [], change: Partial<ResourceCommon> = {}): MscsResource {
  const settings = { command: "/bin/app", directory: "/", user: "root", stopSignal: "TERM" };
  return { ...sampleCommon(name, dependsOn), ...change, type: "genericApplication", ...settings };
}

const groupOf = (resources: MscsResource[], change: Partial<MscsGroup> = {}) =>
  sampleGroup({ name: "g", preferredOwners: [], resources, ...change });
const compile = (groups: MscsGroup[], change: Partial<MscsPolicy> = {}) =>
  compileCib(samplePair({ groups, ...change }));
const member = (resource: MscsResource) => compile([groupOf([resource])]).groups[0]?.members[0];

it("places groups by priority, and orders one without automatic start offline", () => {
  const of = (priority: MscsGroup["priority"]) => compile([groupOf([], { priority })]).groups[0];
  expect(of("high")).toMatchObject({ meta: { priority: "3000" }, startsOffline: false });
  expect(of("low")).toMatchObject({ meta: { priority: "1000" }, startsOffline: false });
  expect(of("noAutoStart")).toMatchObject({ meta: { priority: "0" }, startsOffline: true });
});

it("keeps a group off a node that one of its resources may not run on", () => {
  const { locations } = compile([groupOf([app("a"), app("b", [], { possibleOwners: ["db-2"] })])]);
  expect(locations).toContainEqual({ id: "g-not-on-db-1", resource: "g", node: "db-1", score: "-INFINITY" });
  expect(locations.map(({ id }) => id)).not.toContain("g-not-on-db-2");
});

it("keeps each group of a class away from those that are placed before it", () => {
  const apart = (name: string, priority: GroupPriority, ...antiAffinity: string[]) =>
    groupOf([], { name, antiAffinity, priority });
  const model = compile([apart("a", "low", "x"), apart("b", "medium", "y"), apart("c", "medium", "y", "x")]);
  expect(model.colocations).toEqual([
    { id: "a-apart-from-c", resource: "a", with: "c", score: -500 },
    { id: "c-apart-from-b", resource: "c", with: "b", score: -500 },
  ]);
  expect(ownedIds(model)).toContain("c-apart-from-b");
});

it("gives a group that keeps away a score on every node, so that it still may be on each", () => {
  const alike = ["a", "b"].map((name) => groupOf([], { name, antiAffinity: ["x"] }));
  const { locations } = compile(alike);
  expect(locations.filter(({ resource }) => resource === "b")).toEqual([
    { id: "b-may-be-on-db-1", resource: "b", node: "db-1", score: 5000 },
    { id: "b-may-be-on-db-2", resource: "b", node: "db-2", score: 5000 },
  ]);
});

it("makes a line where a line restarts nobody needlessly", () => {
  const model = compile([sampleGroup()]);
  expect(model.groups[0]?.meta).not.toHaveProperty("ordered");
  expect(model.orders).toEqual([]);
});

it("makes a tree where independent resources serve clients of their own", () => {
  const model = compile([groupOf([app("ip"), app("web", ["ip"]), app("mail", ["ip"])])]);
  expect(model.groups[0]?.meta).toMatchObject({ ordered: "false" });
  expect(model.orders).toEqual([
    { id: "g.web-after-ip", first: "g.ip", next: "g.web" },
    { id: "g.mail-after-ip", first: "g.ip", next: "g.mail" },
  ]);
});

it("puts what never moves the group last", () => {
  const restart = { ...sampleRestart, action: "restart" as const };
  const model = compile([groupOf([app("log", [], { restart }), app("web")])]);
  expect(model.groups[0]?.members.map(({ id }) => id)).toEqual(["g.web", "g.log"]);
});

it("carries out each restart action", () => {
  const of = (change: Partial<ResourceCommon["restart"]>, more: Partial<ResourceCommon> = {}) =>
    member(app("a", [], { restart: { ...sampleRestart, ...change }, ...more }));
  expect(of({ threshold: 0 })?.meta).toEqual({ "migration-threshold": "1", "failure-timeout": "900s" });
  expect(of({}, { retryAfterS: null })?.meta).toEqual({ "migration-threshold": "4" });
  expect(of({ action: "restart" })?.meta).toEqual({ "failure-timeout": "900s" });
  const behind = app("b", [], { restart: { ...sampleRestart, action: "restart" } });
  expect(compile([groupOf([app("a"), behind])]).groups[0]?.members[1]?.meta).toMatchObject({
    critical: "false",
    "migration-threshold": "4",
  });
  const between = compile([groupOf([app("a"), behind, app("c", ["b"])])]).groups[0]?.members[1];
  expect(between?.meta).toEqual({ "failure-timeout": "900s" });
  const none = of({ action: "none" });
  expect(none?.meta).toEqual({});
  expect(none?.operations).toMatchObject([
    { name: "start", onFail: "block" },
    { name: "stop" },
    { name: "monitor", onFail: "block" },
    { name: "asyncmon", intervalS: 0, onFail: "block" },
  ]);
  expect(none?.operations[1]).not.toHaveProperty("onFail");
});

it("delays a start only by what the engine does not already take", () => {
  const start = (delayMs: number) =>
    member(app("a", [], { restart: { ...sampleRestart, delayMs } }))?.operations[0];
  expect(start(500)).not.toHaveProperty("startDelayMs");
  expect(start(2000)).toMatchObject({ startDelayMs: 2000 });
});

it("watches with a cheap and a thorough check, at two different intervals", () => {
  const disk = { type: "filesystem" as const, device: "/dev/sdb", mount: "/srv", fs: "ext4", options: "" };
  const checks = (looksAliveS: number | null, isAliveS: number | null) =>
    member({ ...sampleCommon("disk"), looksAliveS, isAliveS, ...disk })?.operations.slice(2);
  expect(checks(null, null)).toEqual([
    { name: "monitor", intervalS: 10, timeoutS: 40 },
    { name: "monitor", intervalS: 60, timeoutS: 40, checkLevel: 10 },
  ]);
  expect(checks(30, 30)?.map(({ intervalS }) => intervalS)).toEqual([30, 31]);
  expect(member(app("a"))?.operations).toHaveLength(3);
});

it("leaves the engine of an adopted pair to those who set it up", () => {
  const model = compile([groupOf([app("web"), app("mail")])], { engine: "adopted" });
  expect(model).toMatchObject({
    properties: {},
    resourceDefaults: {},
    fencing: [],
    locations: [],
    alerts: [],
  });
  expect(model.groups[0]?.meta["resource-stickiness"]).toBe("10000");
  expect(model.groups[0]?.members.map(({ id }) => id)).toEqual(["web", "mail"]);
});

it("compiles a pair without fencing as one that cannot fence", () => {
  const model = compile([], { fencing: null });
  expect(model.properties["stonith-enabled"]).toBe("false");
  expect(model.fencing).toEqual([]);
});
