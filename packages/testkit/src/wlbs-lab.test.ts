/** The WLBS machine in a simulated cluster: what must hold in fair weather, host by host. */
import { statusOf } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { WlbsLab } from "./wlbs-lab.ts";

const nodes = (count: number) => Array.from({ length: count }, (_, i) => `web-${i + 1}`);

function converged(hosts: number, seed = 1): WlbsLab {
  const lab = new WlbsLab({ seed, hosts });
  lab.bootAll();
  lab.until(() => lab.isConverged(nodes(hosts)), "first convergence");
  return lab;
}

test("a single host forms a cluster alone and owns everything", () => {
  const lab = converged(1);
  expect(statusOf(lab.host("web-1").state, lab.clock.now())).toMatchObject({
    ownedCount: 4096,
    isDefaultHost: true,
  });
});

test("three hosts share the buckets and one of them is the default host", () => {
  const lab = converged(3);
  const owned = lab.hosts.map((host) => statusOf(host.state, lab.clock.now()).ownedCount);
  expect(owned).toEqual([1366, 1365, 1365]);
  expect(lab.hosts.map((host) => host.kernel.plane?.isDefaultHost)).toEqual([true, false, false]);
  expect(lab.overlaps).toEqual([]);
});

test("32 hosts converge", () => {
  const lab = converged(32);
  expect(lab.overlaps).toEqual([]);
});
