/** A new policy comes into force: what moves, what is released, and who is a newcomer under it. */
import { expect, test } from "vitest";
import { samplePolicy, sampleRule } from "../sample.ts";
import type { PortRule, WlbsPolicy } from "../types.ts";
import { type Machine, Machines } from "./testing/machines.ts";

const cluster = (change: Partial<WlbsPolicy> = {}) => new Machines(samplePolicy(3, change)).boot();
const deliver = (lab: Machines, policy: WlbsPolicy, hosts: Machine[] = lab.hosts) => {
  for (const host of hosts) lab.tell(host, { kind: "policy", policy, node: host.node, resume: null });
};
const withRule = (change: Partial<PortRule>) => samplePolicy(3, { rules: [sampleRule(3, change)] });

test("other weights move only the difference, and nothing is released on hosts that lose nothing", () => {
  const lab = cluster();
  const before = lab.host("web-1").installs;
  const weights = [50, 50, 25].map((weight, i) => ({ hostId: i + 1, weight }));
  deliver(lab, withRule({ weights }));
  lab.run(500);
  expect(lab.shares("http")).toEqual({ "web-1": 1639, "web-2": 1638, "web-3": 819 });
  expect(lab.host("web-1").installs - before).toBe(1);
  expect(lab.host("web-3").state.kernel.slots[0]?.draining).toBe(1365 - 819);
  expect(lab.host("web-2").state.history[0]).toMatchObject({ cause: "modified-rules", initiator: 0 });
});

test("another affinity releases everything first, since clients fall into other buckets", () => {
  const lab = cluster();
  deliver(lab, withRule({ affinity: "single" }));
  lab.run(500);
  for (const { state } of lab.hosts) {
    expect((state.kernel.slots[0]?.draining ?? 0) + (state.kernel.slots[0]?.owned ?? 0)).toBe(4096);
  }
  expect(lab.hosts.map(({ plane }) => plane?.rules[0]?.affinity)).toEqual(["single", "single", "single"]);
});

test("other parameters are told apart from other rules, and a policy waits for the last host", () => {
  const lab = cluster();
  const policy = samplePolicy(3, { filterIcmp: true });
  deliver(lab, policy, lab.hosts.slice(0, 2));
  lab.run(2000);
  expect(lab.hosts.map(({ plane }) => plane?.answersEcho)).toEqual([true, true, true]);
  deliver(lab, policy, lab.hosts.slice(2));
  lab.run(500);
  expect(lab.hosts.map(({ plane }) => plane?.answersEcho)).toEqual([true, false, false]);
  expect(lab.host("web-3").state.history[0]).toMatchObject({ cause: "modified-parameters" });
});

test("single mode gives everything to the best handling priority, and to the next when it leaves", () => {
  const priorities = [3, 1, 2].map((priority, i) => ({ hostId: i + 1, priority }));
  const lab = cluster({ rules: [sampleRule(3, { mode: "single", priorities })] });
  expect(lab.shares("http")).toEqual({ "web-2": 4096 });
  lab.command("web-2", "drainstop");
  expect(lab.run(500).shares("http")).toEqual({ "web-3": 4096 });
  lab.rule("web-3", "disable", 80);
  expect(lab.run(500).shares("http")).toEqual({ "web-1": 4096 });
});

test("a rule that is new shares the table of a rule that is shared alike", () => {
  const lab = cluster();
  lab.command("web-3", "stop");
  lab.run(500);
  lab.command("web-3", "start");
  lab.run(2000);
  const rules = [sampleRule(3, { name: "https", startPort: 443, endPort: 443 }), sampleRule(3)];
  deliver(lab, samplePolicy(3, { rules }));
  lab.run(500);
  const { slots } = lab.host("web-1").state.distribution;
  expect(slots[0]).toBe(slots[1]);
  expect(lab.shares("https")).toEqual(lab.shares("http"));
});

test("under another host ID a host is a newcomer, and takes the place of its earlier self", () => {
  const lab = cluster();
  const swapped = samplePolicy(3);
  swapped.hosts = swapped.hosts.map((host) => (host.node === "web-3" ? { ...host, hostId: 7 } : host));
  swapped.rules = [sampleRule(3, { weights: [1, 2, 7].map((hostId) => ({ hostId, weight: 50 })) })];
  deliver(lab, swapped);
  expect(lab.host("web-3").state.stage).toBe("joining");
  lab.run(5000);
  expect(lab.host("web-1").state.view?.members.map(({ hostId }) => hostId)).toEqual([1, 2, 7]);
  expect(Object.values(lab.shares("http")).sort()).toEqual([1365, 1365, 1366]);
});

test("in another cluster a host forgets its peers and forms that one", () => {
  const lab = cluster();
  const alone = { ...samplePolicy(1), cluster: "other" };
  alone.hosts = alone.hosts.map((host) => ({ ...host, node: "web-3" }));
  deliver(lab, alone, [lab.host("web-3")]);
  lab.run(5000);
  expect(lab.host("web-3").state.view?.members.length).toBe(1);
  expect(lab.host("web-1").state.view?.members.map(({ hostId }) => hostId)).toEqual([1, 2]);
});

test("a host that the policy does not name any more leaves, and starts again when it is named again", () => {
  const lab = cluster();
  deliver(lab, samplePolicy(2));
  lab.run(2000);
  expect(lab.host("web-3").state.stopReason).toContain("does not name web-3");
  expect(Object.keys(lab.shares("http"))).toEqual(["web-1", "web-2"]);
  deliver(lab, samplePolicy(3));
  lab.run(3000);
  expect(Object.keys(lab.shares("http"))).toEqual(["web-1", "web-2", "web-3"]);
});
