import { mkdirSync, rmdirSync } from "node:fs";
import type { NodePolicy } from "@bulkhead/core/plan";
import { sampleWlbsPolicy } from "@bulkhead/protocol/samples";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, mscsForUs, none, wall, wlbsPolicy } from "./testing/agent-bench.ts";
import { until } from "./testing/fake-controller.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

describe("a bundle is refused", () => {
  it("by R1 on a node of the other service, with reason and way out", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    const { accepted, refusal } = await bench.push(mscsForUs, 2);
    expect(accepted).toBe(false);
    expect(refusal).toMatchObject({ rule: "R1", reason: expect.stringContaining("KB Q223157") });
    expect(refusal?.cure).toContain("Release web-1");
    expect(bench.half.calls).toEqual(["apply wlbs"]);
    expect((await bench.controller.frame("event")).message).toContain("R1");
  });

  it("by R3 while the other daemon is on the machine", async () => {
    await bench.linkedAgent();
    bench.seen = ["mscs"];
    expect(await bench.push(wlbsPolicy, 1)).toMatchObject({ refusal: { rule: "R3" } });
    expect(bench.half.calls).toEqual([]);
  });

  it("by R4 against the wall that the node was told before", async () => {
    await bench.linkedAgent();
    await bench.push(
      {
        service: "none",
        wall: { ...wall, mscsAddresses: [{ address: "192.0.2.100", owner: "group x, resource ip" }] },
      },
      1,
    );
    expect(await bench.push(wlbsPolicy, 2)).toMatchObject({ refusal: { rule: "R4" } });
  });

  it("when it is older, or the same number with another content", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 5);
    expect(await bench.push(wlbsPolicy, 4)).toMatchObject({ refusal: { rule: "B-bundle-old" } });
    const other: NodePolicy = { service: "wlbs", wall, wlbs: { ...sampleWlbsPolicy, hashSeed: 8 } };
    expect(await bench.push(other, 5)).toMatchObject({ refusal: { rule: "B-bundle-old" } });
  });

  it("when it is another node's, or not signed by our controller", async () => {
    await bench.linkedAgent();
    expect(await bench.push(wlbsPolicy, 1, { node: "web-2" })).toMatchObject({
      refusal: { rule: "B-bundle-machine" },
    });
    const envelope = {
      ...bench.controller.bundle(wlbsPolicy, 1),
      payload: bench.controller.bundle(none, 1).payload,
    };
    bench.controller.send({ type: "bundle", envelope });
    await bench.controller.frame("bundleResult", ({ refusal }) => refusal?.rule === "B-bundle-signature");
    expect(bench.half.calls).toEqual([]);
  });

  it("with the cause when it cannot be carried out; the last good policy is tried again", async () => {
    const agent = await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    bench.half.fail = "nft is not installed; run apt install nftables";
    expect(await bench.push(wlbsPolicy, 2)).toMatchObject({
      refusal: { rule: "B-bundle-apply", reason: /nftables/ },
    });
    expect(agent.facts().appliedGeneration).toBe(1);
    await until("the last good policy to be back", () => bench.half.calls.length === 3);
  });

  it("with the file and what to do when it cannot be kept; nothing is begun, and the next one is kept", async () => {
    const agent = await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    const inTheWay = `${bench.paths.policy}.new`;
    mkdirSync(inTheWay);
    expect(await bench.push(wlbsPolicy, 2)).toMatchObject({
      refusal: { reason: expect.stringMatching(/cannot be kept in .*policy\.json: .*Make room there/) },
    });
    expect([agent.facts().appliedGeneration, bench.half.calls[1] ?? "apply wlbs"]).toEqual([1, "apply wlbs"]);
    rmdirSync(inTheWay);
    expect(await bench.push(wlbsPolicy, 3)).toMatchObject({ accepted: true });
  });
});
