/** The WLBS machine in a simulated cluster: what must hold in fair weather, story by story. */
import { statusOf } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { movesBetween, ownersFromText } from "./checks/table-text.ts";
import { labPolicy, labRule } from "./lab-policy.ts";
import { openFlows } from "./open-flows.ts";
import type { SimHost } from "./wlbs-host.ts";
import { WlbsLab } from "./wlbs-lab.ts";

const nodes = (...ids: number[]) => ids.map((id) => `web-${id}`);
const upTo = (count: number) => nodes(...Array.from({ length: count }, (_, i) => i + 1));
const status = (lab: WlbsLab, node: string) => statusOf(lab.host(node).state, lab.host(node).clock.now());
const table = (lab: WlbsLab, node = "web-1") => ownersFromText(status(lab, node).tables[0] ?? "");

function converged(hosts: number): WlbsLab {
  const lab = new WlbsLab({ seed: 1, hosts });
  lab.bootAll();
  lab.until(() => lab.isConverged(upTo(hosts)), "first convergence");
  expect(lab.violations).toEqual([]);
  return lab;
}

test("a single host forms a cluster alone and owns everything", () => {
  const lab = converged(1);
  expect(status(lab, "web-1")).toMatchObject({
    ownedCount: 4096,
    isDefaultHost: true,
    cause: null,
    epoch: "1.1",
  });
});

test("three hosts share the buckets and one of them is the default host", () => {
  const lab = converged(3);
  expect(upTo(3).map((node) => status(lab, node).ownedCount)).toEqual([1366, 1365, 1365]);
  expect(lab.hosts.map((host) => host.kernel.plane?.unruled)).toEqual(["owned", "draining", "draining"]);
  expect(status(lab, "web-2").tables[0]).toBe("1x1366,2x1365,3x1365");
});

test("32 hosts converge, and one datagram per host and period is enough afterwards", {
  timeout: 240_000,
}, () => {
  const lab = converged(32);
  const before = lab.messages;
  lab.run(2000);
  expect((lab.messages - before) / 32).toBeLessThanOrEqual(11);
});

test("hosts at rest think a few times in a period, whoever beats meanwhile, and no lease runs out", () => {
  const lab = converged(16);
  // After a start, buckets drain until connections have been counted.
  lab.run(12_000);
  const { periodMs } = lab.policy.heartbeat;
  const states = new Map(lab.hosts.map((host) => [host.node, host.state]));
  let [steps, out] = [0, 0];
  const periods = 50;
  for (let passed = 0; passed < periods * periodMs; passed += 1) {
    lab.run(1);
    for (const host of lab.hosts) {
      if (states.get(host.node) !== host.state) steps += 1;
      if (!lab.serves(host)) out += 1;
      states.set(host.node, host.state);
    }
  }
  expect(out).toBe(0);
  // Read as they come, 15 beats of others would be as many steps.
  expect(steps / periods / lab.hosts.length).toBeLessThan(3);
});

test("a killed host's buckets, and no others, move once its lease is over; nobody else pauses", () => {
  const lab = converged(8);
  const before = table(lab);
  lab.run(333);
  lab.host("web-5").kill();
  const survivors = nodes(1, 2, 3, 4, 6, 7, 8);
  let paused = 0;
  const tookMs = lab.until(() => {
    if (!survivors.every((node) => lab.serves(lab.host(node)))) paused += 1;
    return lab.isConverged(survivors);
  }, "take-over");
  expect(tookMs).toBeLessThan(1000);
  expect(paused).toBe(0);
  expect(movesBetween(before, table(lab))).toBe(512);
  expect(lab.violations).toEqual([]);
});

test("a host that comes back takes its share and nothing else moves", () => {
  const lab = converged(4);
  lab.host("web-2").kill();
  lab.until(() => lab.isConverged(nodes(1, 3, 4)), "loss");
  const before = table(lab);
  lab.host("web-2").boot(lab.policy);
  lab.until(() => lab.isConverged(upTo(4)), "return");
  expect(movesBetween(before, table(lab))).toBe(1024);
});

test("the coordinator may die at any moment of a redistribution", { timeout: 240_000 }, () => {
  for (let afterMs = 0; afterMs < 240; afterMs += 12) {
    const lab = converged(4);
    lab.host("web-4").command("stop");
    lab.run(afterMs);
    lab.host("web-1").kill();
    lab.until(() => lab.isConverged(nodes(2, 3)), `both gone, coordinator after ${afterMs} ms`);
    expect(lab.violations).toEqual([]);
  }
});

test("a frozen agent stops owning in the kernel before anybody takes over, and comes back as a newcomer", () => {
  const lab = converged(3);
  const frozen = lab.host("web-1");
  frozen.freeze();
  lab.until(() => lab.isConverged(nodes(2, 3)), "take-over");
  expect(lab.serves(frozen)).toBe(false);
  lab.run(5000);
  frozen.thaw();
  lab.until(() => lab.isConverged(upTo(3)), "return");
  expect(lab.violations).toEqual([]);
});

test("a host that only cannot be heard stops owning in the kernel before anybody takes over", () => {
  const lab = converged(3);
  for (const to of nodes(2, 3)) lab.weather.setCut("web-1", to, true);
  for (let i = 0; i < 600; i += 1) {
    lab.run(5);
    expect(lab.ownedOnce(0)).toBeGreaterThanOrEqual(0);
  }
  expect(nodes(2, 3).map((node) => status(lab, node).ownedCount)).toEqual([2048, 2048]);
  expect(status(lab, "web-1")).toMatchObject({
    state: "converging",
    cause: "web-2 does not hear this host; check the network between the two",
  });
});

test("gainers wait for the slowest loser", () => {
  const lab = new WlbsLab({ seed: 5, hosts: 3 });
  for (const node of nodes(1, 2)) lab.host(node).boot(lab.policy);
  lab.until(() => lab.isConverged(upTo(2)), "two");
  lab.host("web-2").installMs = [400, 400];
  lab.host("web-3").boot(lab.policy);
  lab.until(() => lab.host("web-3").state.phase === "released", "the newcomer is ready");
  lab.run(100);
  expect(status(lab, "web-3").cause).toBe("waiting for web-2 to release buckets");
  lab.until(() => lab.isConverged(upTo(3)), "join");
  expect(lab.violations).toEqual([]);
});

test("stop leaves at once, says why it is stopped, and answers by the codes of the original", () => {
  const lab = converged(3);
  const host = lab.host("web-3");
  for (const verb of ["start", "stop", "stop", "drainstop"] as const) host.command(verb);
  const tookMs = lab.until(() => lab.isConverged(nodes(1, 2)), "leave");
  expect(tookMs).toBeLessThan(250);
  expect(host.answers.map((answer) => answer.code)).toEqual(["already", "ok", "already", "stopped"]);
  expect(host.kernel.plane).toBeNull();
  expect(status(lab, "web-3")).toMatchObject({ state: "stopped", cause: "stopped by command" });
  lab.run(2000);
  host.command("start");
  lab.until(() => lab.isConverged(upTo(3)), "start again");
});

test("drainstop keeps every open connection and stops with the last one", () => {
  const lab = converged(2);
  const host = lab.host("web-1");
  const [rule] = lab.policy.rules;
  openFlows(lab, host, { rule: rule!, count: 3 });
  host.command("drainstop");
  lab.until(() => status(lab, "web-2").ownedCount === 4096, "the other takes over");
  lab.run(10_000);
  expect(status(lab, "web-1")).toMatchObject({ state: "draining", ownedCount: 0, drainingCount: 3 });
  expect(lab.host("web-2").kernel.plane?.unruled).toBe("owned");
  expect(status(lab, "web-1").cause).toBe("waiting for 3 open connections to end");
  expect(host.kernel.flows.size).toBe(3);
  host.kernel.flows.clear();
  lab.until(() => status(lab, "web-1").state === "stopped", "stop after the last connection");
  expect(status(lab, "web-1").cause).toBe("drained");
  lab.until(() => lab.isConverged(["web-2"]), "the rest goes on");
  expect(lab.violations).toEqual([]);
});

test("start ends a drain, stop cuts one short", () => {
  const lab = converged(2);
  const host = lab.host("web-2");
  host.command("drainstop");
  lab.run(300);
  host.command("start");
  lab.until(() => lab.isConverged(upTo(2)), "drain ended");
  host.command("drainstop");
  host.command("stop");
  lab.run(100);
  expect(host.answers.map((answer) => answer.code)).toEqual(["ok", "drain-stop", "ok", "drain-stop"]);
});

test("a rebalance keeps connections: lost buckets drain until their last connection has ended", () => {
  const lab = new WlbsLab({ seed: 3, hosts: 2 });
  const host = lab.host("web-1");
  host.boot(lab.policy);
  lab.until(() => lab.isConverged(["web-1"]), "alone");
  const flows = openFlows(lab, host, { rule: labRule(2), count: 40 });
  lab.host("web-2").boot(lab.policy);
  lab.until(() => lab.isConverged(upTo(2)), "join");
  lab.run(8000);
  const draining = status(lab, "web-1").drainingCount;
  expect(draining).toBeGreaterThan(5);
  expect(draining).toBeLessThan(40);
  expect(host.kernel.flows.size).toBe(flows.length);
  expect(lab.violations).toEqual([]);
});

test("a refused install costs the membership, is told, and is tried again", () => {
  const lab = converged(3);
  lab.host("web-2").installFault = "error";
  lab.host("web-3").command("stop");
  lab.until(() => lab.isConverged(["web-1"]), "goes on without the one whose kernel refuses");
  expect(status(lab, "web-2").cause).toMatch(
    /^the kernel refused the data plane: netlink: permission denied; next try/,
  );
  expect(status(lab, "web-2").lastError).toBe("netlink: permission denied");
  lab.host("web-2").installFault = "none";
  lab.until(() => lab.isConverged(nodes(1, 2)), "heals", 40_000);
  expect(lab.violations).toEqual([]);
});

test("a kernel that does not answer is treated like one that refuses", () => {
  const lab = converged(3);
  lab.host("web-2").installFault = "silent";
  lab.host("web-3").command("stop");
  lab.run(300);
  expect(status(lab, "web-1").cause).toBe("waiting for web-2 to take over buckets");
  lab.run(700);
  expect(lab.serves(lab.host("web-2"))).toBe(false);
  lab.until(() => lab.isConverged(["web-1"]), "goes on", 15_000);
  expect(lab.violations).toEqual([]);
});

test("a second host with the same ID is not let in, and both sides say so", () => {
  const lab = converged(2);
  const twin = lab.addStranger("web-9", 2);
  const policy = labPolicy(2);
  twin.boot({ ...policy, hosts: policy.hosts.map((h) => (h.hostId === 2 ? { ...h, node: "web-9" } : h)) });
  lab.run(5000);
  expect(lab.isConverged(upTo(2))).toBe(true);
  expect(status(lab, "web-9")).toMatchObject({ state: "converging", ownedCount: 0 });
  expect(status(lab, "web-9").cause).toContain("host ID 2 is used by web-2 too");
  expect(status(lab, "web-1").cause).toContain("host ID 2 is used by web-9 and by web-2");
});

test("a newcomer with other port rules is not let in, and both sides name the difference", () => {
  const lab = new WlbsLab({ seed: 4, hosts: 3 });
  for (const node of nodes(1, 2)) lab.host(node).boot(lab.policy);
  lab.host("web-3").boot({ ...lab.policy, rules: [] });
  lab.run(5000);
  expect(lab.isConverged(upTo(2))).toBe(true);
  expect(status(lab, "web-3").cause).toBe(
    "not admitted: web-1 has 1 port rules and web-3 has 0; apply one plan to all hosts",
  );
  expect(status(lab, "web-1").cause).toContain("web-3 has 0 port rules and web-1 has 1");
});

test("a new policy comes into force on all hosts at once, when the last one has it", () => {
  const lab = converged(3);
  const rules = lab.policy.rules.map((rule) => ({ ...rule, affinity: "single" as const }));
  const policy = { ...lab.policy, rules };
  const deliver = (node: string) => lab.host(node).givePolicy(policy);
  for (const node of nodes(1, 2)) deliver(node);
  lab.run(2000);
  expect(lab.isConverged(upTo(3))).toBe(true);
  expect(lab.host("web-1").kernel.plane?.rules[0]?.affinity).toBe("none");
  expect(status(lab, "web-1").cause).toBe("the new policy comes into force when web-3 has it too");
  deliver("web-3");
  const inForce = (host: SimHost) => host.kernel.plane?.rules[0]?.affinity === "single";
  lab.until(() => lab.hosts.every(inForce) && lab.isConverged(upTo(3)), "new rules");
  expect(lab.violations).toEqual([]);
});

test("both sides of a partition serve; healed, one side gives way and comes back", () => {
  const lab = converged(5);
  const setCut = (cut: boolean) => {
    for (const a of nodes(1, 2)) {
      for (const b of nodes(3, 4, 5))
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const)
          lab.weather.setCut(x, y, cut);
    }
  };
  setCut(true);
  lab.run(3000);
  expect(status(lab, "web-1")).toMatchObject({ state: "converged", ownedCount: 2048 });
  expect(status(lab, "web-3")).toMatchObject({ state: "converged", isDefaultHost: true });
  setCut(false);
  lab.until(() => lab.isConverged(upTo(5)), "healed");
  expect(lab.host("web-1").log.join("\n")).toContain("giving up all buckets: web-");
  expect(lab.host("web-3").log.join("\n")).not.toContain("giving up");
  expect(lab.violations).toEqual([]);
});
