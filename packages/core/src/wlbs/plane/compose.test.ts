/** The plane that the kernel is given: tables, default host, echo, and the front of direct mode. */
import { expect, test } from "vitest";
import { Machines } from "../convergence/testing/machines.ts";
import { samplePolicy, sampleRule } from "../sample.ts";
import { MARK, type PlaneTable, type WlbsPolicy } from "../types.ts";

const rules = ["http", "https"].map((name, i) => sampleRule(3, { name, startPort: 80 + i, endPort: 80 + i }));
const direct: Partial<WlbsPolicy> = { mode: "direct", clusterMac: null, rules };
const cluster = (change: Partial<WlbsPolicy> = {}) =>
  new Machines(samplePolicy(3, { rules, ...change })).boot();
const mac = (id: number) => `02:00:00:00:00:0${id}`;

function linked(lab: Machines): Machines {
  lab.hosts.forEach((host, i) => lab.tell(host, { kind: "link", up: true, mac: mac(i + 1) }));
  return lab.run(1000);
}

const has = (table: PlaneTable | undefined, mark: number) => table?.marks.includes(mark) ?? false;

test("equal rules share a table, a closed one gets its own or none", () => {
  const lab = cluster();
  expect(lab.host("web-1").plane?.rules.map(({ table }) => table)).toEqual([0, 0]);
  expect(lab.host("web-1").plane?.tables.length).toBe(1);
  lab.rule("web-1", "drain", 81);
  lab.run(500);
  expect(lab.host("web-1").plane?.rules.map(({ table }) => table)).toEqual([0, 1]);
  expect([MARK.owned, MARK.draining].map((mark) => has(lab.host("web-1").plane?.tables[1], mark))).toEqual([
    false,
    true,
  ]);
  lab.rule("web-1", "disable", 81);
  expect(lab.host("web-1").plane?.rules.map(({ table }) => table)).toEqual([0, null]);
});

test("one host takes traffic without a rule, and the others go on with what they had of it", () => {
  const lab = cluster();
  const unruled = () => lab.hosts.map(({ plane }) => plane?.unruled ?? null);
  expect(unruled()).toEqual(["owned", "draining", "draining"]);
  lab.command("web-1", "drainstop");
  lab.run(500);
  expect(unruled()).toEqual(["draining", "owned", "draining"]);
  lab.command("web-1", "stop");
  lab.run(500);
  expect(unruled()).toEqual([null, "owned", "draining"]);
});

test("echo is answered by all, or by the default host alone", () => {
  expect(cluster().hosts.map(({ plane }) => plane?.answersEcho)).toEqual([true, true, true]);
  expect(cluster({ filterIcmp: true }).hosts.map(({ plane }) => plane?.answersEcho)).toEqual([
    true,
    false,
    false,
  ]);
});

test("direct mode: the default host is the front, knows every owner and every MAC", () => {
  const lab = linked(cluster(direct));
  expect(lab.hosts.map(({ plane }) => plane?.isFront)).toEqual([true, false, false]);
  const { plane, state } = lab.host("web-1");
  expect(plane?.peers).toEqual([1, 2, 3].map((hostId) => ({ hostId, mac: mac(hostId) })));
  expect(plane?.tables[0]?.owners).toEqual(state.distribution.slots[0]?.owners);
  expect(lab.host("web-2").plane?.tables[0]).toMatchObject({ owners: null, drainers: [] });
});

test("direct mode: another front when the first drains, with the tables of its epoch", () => {
  const lab = linked(cluster(direct));
  lab.command("web-1", "drainstop");
  lab.run(1000);
  expect(lab.hosts.map(({ plane }) => plane?.isFront)).toEqual([false, true, false]);
  const { plane, state } = lab.host("web-2");
  expect(plane?.tables[0]?.owners).toEqual(state.distribution.slots[0]?.owners);
  // What web-1 drains reaches it through the new front.
  const drained = plane?.tables[0]?.drainers.find(({ hostId }) => hostId === 1)?.buckets;
  expect(drained?.length).toBe(lab.host("web-1").state.kernel.slots[0]?.draining);
});

test("direct mode: drainers are let go when their last connection has ended", () => {
  const lab = linked(cluster(direct));
  lab.command("web-3", "stop");
  lab.run(1000);
  lab.command("web-3", "start");
  lab.run(3000);
  const draining = (hostId: number) =>
    lab.host("web-1").plane?.tables[0]?.drainers.find((row) => row.hostId === hostId)?.buckets.length ?? 0;
  expect(draining(2)).toBeGreaterThan(0);
  lab.count("web-2", { http: [], https: [] });
  lab.run(1500);
  expect(draining(2)).toBe(0);
});

test("a loss is one install on a host that gains, and none before", () => {
  const lab = cluster();
  const [before, atRest] = [lab.host("web-1").installs, lab.host("web-1").plane?.generation];
  lab.host("web-3").isCut = true;
  lab.run(500);
  expect(lab.host("web-1").plane?.generation).toBe(atRest);
  lab.run(1000);
  expect(lab.host("web-1").owned("http")).toBe(2048);
  expect(lab.host("web-1").installs - before).toBe(1);
});

test("direct mode: the front installs a loss once, and once more when the others drain less", () => {
  const lab = linked(cluster(direct));
  const before = lab.host("web-1").installs;
  lab.host("web-3").isCut = true;
  lab.run(1500);
  expect(lab.host("web-1").owned("http")).toBe(2048);
  expect(lab.host("web-1").installs - before).toBe(2);
});
