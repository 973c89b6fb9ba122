/** The WLBS machine where the network divides hosts, or where they do not hold or hear the same: story by story. */
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { labPolicy, labRule } from "./lab-policy.ts";
import type { Cut } from "./shapes.ts";
import type { SimHost } from "./wlbs-host.ts";
import { WlbsLab } from "./wlbs-lab.ts";

const nodes = (...ids: number[]) => ids.map((id) => `web-${id}`);
const between = (...pairs: [number, number][]): Cut[] =>
  pairs.flatMap(([a, b]) => [
    [`web-${a}`, `web-${b}`],
    [`web-${b}`, `web-${a}`],
  ]);

function started(hosts: number, ids: number[], policy: Partial<WlbsPolicy> = {}): WlbsLab {
  const lab = new WlbsLab({ seed: 1, hosts, policy, steady: true });
  for (const node of nodes(...ids)) lab.host(node).boot(lab.policy);
  lab.until(() => lab.isConverged(nodes(...ids)), "first convergence");
  return lab;
}

const gaveUp = (host: SimHost) => host.log.filter((line) => line.includes("giving up")).length;

test("a vote that is taken back by a farewell still counts for the lease that it gave", () => {
  // web-4 alone hears both sides. With its vote web-1 goes on; without it web-2 and web-3 are the majority.
  for (let afterMs = 350; afterMs < 550; afterMs += 25) {
    const lab = started(4, [1, 2, 3, 4], { partition: "majority" });
    const cuts = between([1, 2], [1, 3]);
    lab.weather.setCuts(cuts.filter(([from]) => from === "web-1"));
    lab.run(250);
    lab.weather.setCuts(cuts);
    lab.run(afterMs);
    lab.host("web-4").command("stop");
    lab.run(3000);
    expect(lab.violations, `stopped after ${afterMs} ms`).toEqual([]);
  }
});

test("a newcomer between two parts waits until the one that gives way has released", () => {
  const lab = started(4, [1, 4]);
  lab.weather.setCuts(between([1, 2], [4, 2]));
  lab.host("web-2").boot(lab.policy);
  lab.until(() => lab.isTogether(nodes(2)), "web-2 serves alone");
  lab.host("web-2").installMs = [300, 300];
  const newcomer = lab.host("web-3");
  newcomer.boot(lab.policy);
  // Whoever keeps away from a part of the cluster acknowledges nobody there, and must wait all the same.
  const gaveWay = { to: { hostId: 1, incarnation: lab.host("web-1").state.incarnation }, until: Infinity };
  newcomer.state = { ...newcomer.state, gaveWay };
  lab.until(() => lab.isConverged(nodes(1, 3, 4)), "three are together");
  expect(gaveUp(lab.host("web-2"))).toBe(1);
  expect(lab.violations).toEqual([]);
});

test("a newcomer waits for the kernel of a host that has just left another part", () => {
  // web-3 would take the rule from web-1, and web-2 has it in its own part.
  const priorities = [3, 2, 1, 4, 5].map((hostId, i) => ({ hostId, priority: i + 1 }));
  const lab = started(5, [2, 4, 5], { rules: [labRule(5, { mode: "single", priorities })] });
  lab.weather.setCuts(between([1, 2], [1, 4], [1, 5], [3, 4], [3, 5]));
  lab.host("web-1").boot(lab.policy);
  lab.until(() => lab.isTogether(nodes(1)), "web-1 serves alone");
  // It hears web-1 and web-2, and goes to neither as long as both serve.
  lab.host("web-3").boot(lab.policy);
  lab.run(1000);
  expect(lab.host("web-3").state.stage).toBe("joining");
  lab.host("web-2").installMs = [200, 200];
  lab.host("web-2").clock.jump(2000);
  const hasTaken = () => lab.host("web-3").log.some((line) => line.includes("-> converged"));
  lab.until(hasTaken, "web-3 takes its share beside web-1");
  expect(lab.violations).toEqual([]);
});

test("members whose proposer has gone into another epoch without them go on without it", () => {
  const lab = started(3, [1, 2, 3]);
  // web-2 proposes while it does not hear web-3; then web-1, which both hear, is gone.
  lab.host("web-3").installMs = [500, 500];
  lab.host("web-1").command("drainstop");
  lab.run(100);
  lab.host("web-2").freeze();
  lab.run(900);
  lab.host("web-2").thaw();
  lab.until(() => lab.isTogether(nodes(2, 3)), "both are together");
  expect(lab.violations).toEqual([]);
});

test("a newcomer that does not hold the new policy yet does not hold it up", () => {
  const lab = started(4, [1, 2, 4]);
  const old = lab.policy;
  lab.host("web-2").installMs = [600, 600];
  lab.host("web-4").command("stop");
  lab.run(50);
  // While web-2 releases: one comes with the old policy, and the members get the new one.
  lab.host("web-3").boot(old);
  lab.usePolicy(labPolicy(4, { rules: [labRule(4, { affinity: "single" })] }));
  for (const node of nodes(1, 2)) lab.host(node).givePolicy(lab.policy);
  const inForce = () => nodes(1, 2).every((node) => lab.host(node).state.active?.policy === lab.policy);
  const tookMs = lab.until(() => inForce() && lab.isConverged(nodes(1, 2)), "the new policy is in force");
  expect(tookMs).toBeLessThan(3000);
  lab.host("web-3").givePolicy(lab.policy);
  lab.until(() => lab.isConverged(nodes(1, 2, 3)), "the newcomer is in");
  expect(lab.violations).toEqual([]);
});

test("who is invited and does not follow is waited for two seconds, not five", () => {
  const lab = started(3, [1, 2]);
  const deaf = lab.host("web-3");
  const receive = deaf.receive.bind(deaf);
  deaf.receive = (message) => void (message.kind === "beat" && receive(message));
  deaf.boot(lab.policy);
  lab.until(() => !lab.isConverged(nodes(1, 2)), "web-3 is invited");
  const tookMs = lab.until(() => lab.isConverged(nodes(1, 2)), "they go on without it");
  expect(tookMs).toBeGreaterThan(1900);
  expect(tookMs).toBeLessThan(2500);
});

test("a host that comes back into a majority does not give up because others have not heard of it yet", () => {
  const lab = started(5, [1, 2, 3, 4, 5], { partition: "majority" });
  const host = lab.host("web-1");
  host.freeze();
  lab.until(() => lab.isConverged(nodes(2, 3, 4, 5)), "they go on");
  // web-3, web-4 and web-5 are told a little later.
  const late = (node: string) => {
    const receive = lab.host(node).receive.bind(lab.host(node));
    lab.host(node).receive = (message) => lab.clock.after(5, () => receive(message));
  };
  for (const node of nodes(3, 4, 5)) late(node);
  host.thaw();
  lab.until(() => lab.isConverged(nodes(1, 2, 3, 4, 5)), "return");
  expect(gaveUp(host)).toBe(1);
});
