/** Extended affinity: who tells whose clients, who leaves whom alone, and what others wait for. */
import { expect, test } from "vitest";
import { type Machine, Machines } from "../convergence/testing/machines.ts";
import { samplePolicy, sampleRule } from "../sample.ts";
import type { PortRule } from "../types.ts";

const rule = (change: Partial<PortRule> = {}) =>
  sampleRule(3, { name: "shop", affinity: "single", affinityTimeoutMin: 20, ...change });
const cluster = (change: Partial<PortRule> = {}) =>
  new Machines(samplePolicy(3, { rules: [rule(change)] })).boot();
const CLIENTS = Array.from({ length: 60 }, (_, i) => `198.51.100.${i + 1}`);

function remember(lab: Machines, node: string, clients: string[]): void {
  lab.host(node).clients = { shop: clients };
  lab.tell(lab.host(node), { kind: "sticky", rules: [{ name: "shop", clients }] });
}

const elsewhere = (host: Machine) => host.plane?.rules[0]?.sticky?.elsewhere ?? [];
const ownedBy = (host: Machine) => {
  const table = host.state.distribution.slots[0];
  return (host.state.sticky.get("shop") ?? new Map<string, number>()).size === 0
    ? []
    : [...(host.state.sticky.get("shop") ?? [])].filter(
        ([, bucket]) => table?.owners[bucket] === host.state.me?.hostId,
      );
};

test("clients of buckets that move stay: told before the gainers take, and left alone by them", () => {
  const lab = cluster();
  lab.command("web-3", "stop");
  lab.run(1000);
  for (const node of ["web-1", "web-2"]) remember(lab, node, CLIENTS);
  lab.command("web-3", "start");
  lab.run(2000);
  const told = new Set(
    ["web-1", "web-2"].flatMap((node) => lab.host(node).state.announced.exceptions.bySlot[0] ?? []),
  );
  expect(told.size).toBeGreaterThan(10);
  expect(elsewhere(lab.host("web-3")).length).toBeGreaterThan(0);
  expect(elsewhere(lab.host("web-3")).every((client) => told.has(client))).toBe(true);
});

test("nothing is told of clients in one's own buckets, and what has expired is withdrawn", () => {
  const lab = cluster();
  remember(lab, "web-1", CLIENTS);
  lab.run(1500);
  const { state } = lab.host("web-1");
  expect(ownedBy(lab.host("web-1")).length + (state.announced.exceptions.bySlot[0]?.length ?? 0)).toBe(
    CLIENTS.length,
  );
  expect(elsewhere(lab.host("web-2")).length + elsewhere(lab.host("web-3")).length).toBe(
    state.announced.exceptions.bySlot[0]?.length,
  );
  remember(lab, "web-1", []);
  lab.run(2500);
  expect([...elsewhere(lab.host("web-2")), ...elsewhere(lab.host("web-3"))]).toEqual([]);
});

test("exceptions vanish with their host", () => {
  const lab = cluster();
  remember(lab, "web-1", CLIENTS);
  lab.run(1500);
  lab.host("web-1").isCut = true;
  lab.run(2000);
  expect([...elsewhere(lab.host("web-2")), ...elsewhere(lab.host("web-3"))]).toEqual([]);
});

test("of two hosts that remember a client the one with the lower ID keeps it", () => {
  const lab = cluster();
  for (const node of ["web-1", "web-2"]) remember(lab, node, CLIENTS);
  lab.run(3500);
  const bySlot = (node: string) => lab.host(node).state.announced.exceptions.bySlot[0] ?? [];
  expect(bySlot("web-2").filter((client) => bySlot("web-1").includes(client))).toEqual([]);
  const third = ownedBy(lab.host("web-2")).length;
  expect(elsewhere(lab.host("web-2")).length).toBeGreaterThan(third);
});

test("a host that means to lose its clients keeps none", () => {
  const lab = cluster();
  remember(lab, "web-1", CLIENTS);
  lab.run(1500);
  lab.rule("web-1", "drain", 80);
  lab.run(1500);
  expect(lab.host("web-1").plane?.rules[0]?.sticky).toBeNull();
  expect([...elsewhere(lab.host("web-2")), ...elsewhere(lab.host("web-3"))]).toEqual([]);
});

test("beyond 4096 exceptions the oldest are let go, with one line in the log", () => {
  const lab = cluster({ affinity: "single" });
  const many = Array.from({ length: 7000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
  remember(lab, "web-1", many);
  lab.run(3000);
  const { effects, state } = lab.host("web-1");
  expect(state.announced.exceptions.bySlot[0]?.length).toBe(4096);
  const own = new Set(ownedBy(lab.host("web-1")).map(([client]) => client));
  expect(state.announced.exceptions.bySlot[0]).toEqual(
    many.filter((client) => !own.has(client)).slice(-4096),
  );
  const lines = effects.filter((effect) => effect.kind === "log" && effect.message.includes("the oldest go"));
  expect(lines.length).toBe(1);
});

test("under another seed clients are sorted anew before anybody takes", () => {
  const lab = cluster();
  remember(lab, "web-1", CLIENTS);
  lab.run(1500);
  const policy = { ...lab.policy, hashSeed: 99 };
  for (const host of lab.hosts) lab.tell(host, { kind: "policy", policy, node: host.node, resume: null });
  lab.run(1000);
  const told = lab.host("web-1").state.announced.exceptions.bySlot[0] ?? [];
  expect(ownedBy(lab.host("web-1")).length + told.length).toBe(CLIENTS.length);
  expect([...elsewhere(lab.host("web-2")), ...elsewhere(lab.host("web-3"))].sort()).toEqual([...told].sort());
});

test("direct mode: the front knows every client that another host keeps, in whose bucket ever", () => {
  const policy = { mode: "direct", clusterMac: null } as const;
  const lab = new Machines(samplePolicy(3, { ...policy, rules: [rule()] })).boot();
  remember(lab, "web-3", CLIENTS);
  lab.run(1500);
  const told = lab.host("web-3").state.announced.exceptions.bySlot[0] ?? [];
  const owners = lab.host("web-3").state.distribution.slots[0]?.owners;
  const ofHost2 = told.filter((client) => {
    const bucket = lab.host("web-3").state.sticky.get("shop")?.get(client) ?? -1;
    return owners?.[bucket] === 2;
  });
  expect(ofHost2.length).toBeGreaterThan(0);
  expect(elsewhere(lab.host("web-1"))).toEqual([...told].sort());
  expect(elsewhere(lab.host("web-2"))).toEqual([...ofHost2].sort());
});
