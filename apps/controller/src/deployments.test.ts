/** Plans and deployments: what is refused, what halts, what is retried. */
import type { DeploymentView } from "@bulkhead/api";
import { beforeAll, describe, expect, it } from "vitest";
import { fleetYaml } from "./testing/fleet-file.ts";
import { must, type Outputs } from "./testing/rig.ts";
import { mscsStatus, wlbsStatus } from "./testing/statuses.ts";
import { eventually, startStory } from "./testing/story.ts";

const story = startStory();
beforeAll(() => story.joinAll(), 60_000);

describe("plans that break the wall", () => {
  it("are refused with R1, kept, audited, and cannot be applied", async () => {
    const yaml = fleetYaml({ nodes: ["db-1", "web-2"] });
    const plan = await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml });
    expect(plan.data.report.plan).toBeNull();
    expect(plan.data.report.refusals.map(({ rule }) => rule)).toContain("R1");
    const applied = await story.rig.mutate("deployments.start", {
      planId: plan.data.id,
      hash: plan.data.hash,
    });
    expect(applied.status).toBe(409);
    expect(applied.refusals.map(({ rule }) => rule)).toContain("R1");
    expect((await story.auditOf("plan.create"))[0]).toMatchObject({
      outcome: "refused",
      detail: { rules: expect.arrayContaining(["R1"]) },
    });
    expect((await story.auditOf("deployment.apply"))[0]).toMatchObject({ outcome: "refused" });
  });

  it("are refused with R4", async () => {
    const plan = await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: fleetYaml({ groupIp: "10.77.0.100" }),
    });
    expect(plan.data.report.refusals.map(({ rule }) => rule)).toContain("R4");
  });

  it("name line and column when they cannot be read", async () => {
    const plan = await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: "version: 1\nwlbs: 5\n",
    });
    expect(plan.data.problems[0]).toMatchObject({ line: 2, column: 7 });
    const applied = await story.rig.mutate("deployments.start", {
      planId: plan.data.id,
      hash: plan.data.hash,
    });
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-plan-unreadable"]);
  });
});

describe("a deployment", () => {
  it("needs the hash that was shown", async () => {
    const plan = await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml: fleetYaml() });
    const applied = await story.rig.mutate("deployments.start", {
      planId: plan.data.id,
      hash: "0".repeat(64),
    });
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-plan-hash"]);
  });

  it("halts a WLBS cluster at the canary that refuses; the pair goes on", async () => {
    await story.agent("web-3").disconnect();
    story.agent("web-1").refuseWith = {
      rule: "R3",
      severity: "error",
      objects: [],
      message: "m",
      reason: "r",
      cure: "c",
    };
    for (const name of ["db-1", "db-2"]) story.agent(name).status = mscsStatus(name);
    const ended = await story.rig.deploy(fleetYaml());
    expect(ended.state).toBe("refused");
    expect(ended.why).toContain("web-1 refused its policy (R3");
    const states = Object.fromEntries(ended.nodes.map(({ node, state }) => [node, state]));
    expect(states).toEqual({
      "web-1": "refused",
      "web-2": "waiting",
      "web-3": "waiting",
      "db-1": "accepted",
      "db-2": "accepted",
      "witness-1": "accepted",
    });
    expect(story.agent("web-2").bundles).toEqual([]);
  });

  it("that was halted is not pushed to a host that connects", async () => {
    story.agent("web-3").connect();
    await eventually(() => must(story.agent("web-3").isWelcome, "web-3 is back"));
    await eventually(async () =>
      must(
        (await story.snapshot()).nodes.every(({ online }) => online),
        "all online",
      ),
    );
    expect(story.agent("web-3").bundles).toEqual([]);
  });

  it("is applied again with new generations for those that lag behind", async () => {
    story.agent("web-1").refuseWith = null;
    for (const name of ["web-1", "web-2", "web-3"])
      story.agent(name).status = wlbsStatus({ isDefaultHost: name === "web-1" });
    const ended = await story.rig.deploy(fleetYaml());
    expect(ended).toMatchObject({ state: "done", why: null });
    expect(ended.nodes.map(({ node, generation }) => `${node} ${generation}`).sort()).toEqual([
      "web-1 2",
      "web-2 2",
      "web-3 2",
    ]);
    const keys = ["web-1", "web-2", "web-3"].map(
      (name) => story.agent(name).secrets.at(-1)?.heartbeatKeys?.[0]?.key,
    );
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(story.agent("db-1").secrets.at(-1)?.corosyncAuthkey).toBe(
      story.agent("db-2").secrets.at(-1)?.corosyncAuthkey,
    );
    // The witness proves itself to the pair and knows nothing else of it.
    expect(Object.keys(story.agent("witness-1").secrets.at(-1) ?? {})).toEqual(["witnessTls"]);
  });

  it("of a stale plan is refused: two admins do not overwrite each other", async () => {
    const mine = await story.rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: fleetYaml({ webHosts: ["web-1", "web-2"] }),
    });
    await story.rig.deploy(fleetYaml({ groupIp: "10.77.0.51" }));
    const applied = await story.rig.mutate("deployments.start", {
      planId: mine.data.id,
      hash: mine.data.hash,
    });
    expect(applied.status).toBe(409);
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-stale-plan"]);
    expect(
      (await story.rig.query<Outputs["plans"]["get"]>("plans.get", { id: mine.data.id })).data.stale,
    ).toBe(true);
  });

  it("made by two at once is made once", async () => {
    const plans = await Promise.all(
      ["10.77.0.52", "10.77.0.53"].map((groupIp) =>
        story.rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml: fleetYaml({ groupIp }) }),
      ),
    );
    const results = await Promise.all(
      plans.map(({ data }) =>
        story.rig.mutate<DeploymentView>("deployments.start", { planId: data.id, hash: data.hash }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
    const made = results.find(({ status }) => status === 200);
    expect((await story.rig.ended(made?.data.id ?? "")).state).toBe("done");
  });

  it("reaches a host that was away as soon as it connects", async () => {
    const web2 = story.agent("web-2");
    await web2.disconnect();
    const ended = await story.rig.deploy(fleetYaml());
    expect(ended.state).toBe("done");
    expect(ended.why).toContain("web-2 was not connected");
    web2.connect();
    await eventually(async () => {
      const { data } = await story.rig.query<DeploymentView>("deployments.get", { id: ended.id });
      expect(data.nodes.find(({ node }) => node === "web-2")?.state).toBe("accepted");
    });
    const { nodes } = await story.snapshot();
    const generation = nodes.find(({ name }) => name === "web-2")?.generation;
    expect(generation?.applied).toBe(generation?.desired);
  });
});
