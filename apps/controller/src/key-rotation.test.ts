/** A change of the heartbeat key: at no moment may two hosts sign with keys that one of them does not accept. */
import { beforeAll, describe, expect, it } from "vitest";
import { must, type Outputs } from "./testing/rig.ts";
import { eventually, startStory } from "./testing/story.ts";

type Rotation = Outputs["clusters"]["rotateKey"];

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);

const hosts = ["web-1", "web-2", "web-3"];
const rotate = () => story.rig.mutate<Rotation>("clusters.rotateKey", { cluster: "web" });
const rotation = async () => (await story.snapshot()).wlbs[0]?.keyRotation ?? null;
/** The key numbers of every bundle that a host got, in order: the first of each signs, all are accepted. */
const keysOf = (name: string) =>
  story.agent(name).secrets.map((secrets) => secrets?.heartbeatKeys?.map(({ id }) => id).join("+"));
const steps = async () =>
  (await story.auditOf("clusters.rotate-key"))
    .map(({ outcome, detail }) => `${detail["step"]} ${outcome}`)
    .toReversed();

describe("a change of the heartbeat key", () => {
  it("does not begin while a host is away, and says which", async () => {
    await story.agent("web-3").disconnect();
    await eventually(async () =>
      must((await story.snapshot()).wlbs[0]?.hosts[2]?.online === false, "web-3 is away"),
    );
    const refused = await rotate();
    expect(refused.status).toBe(409);
    expect(refused.refusals[0]).toMatchObject({
      rule: "B-key-rotation",
      message: "The heartbeat key of web cannot be changed now: web-3 is not connected",
    });
    expect((await story.auditOf("clusters.rotate-key"))[0]).toMatchObject({ outcome: "refused" });
    expect(await rotation()).toBeNull();
    story.agent("web-3").connect();
    await eventually(() => must(story.agent("web-3").isWelcome, "web-3 is back"));
  });

  it("is for a cluster that exists", async () => {
    expect((await story.rig.mutate("clusters.rotateKey", { cluster: "shop" })).status).toBe(404);
  });

  it("adds, signs and drops, each when all have confirmed, without a new plan", async () => {
    const { planHash } = (await story.rig.query<Outputs["intent"]["current"]>("intent.current")).data;
    expect((await rotate()).data).toMatchObject({ keyId: 2, step: "add" });
    await eventually(async () => expect(await rotation()).toMatchObject({ step: "done", why: null }));
    for (const name of hosts) expect(keysOf(name)).toEqual(["1", "1+2", "2+1", "2"]);
    const secrets = hosts.map((name) => story.agent(name).secrets.at(-1)?.heartbeatKeys?.[0]?.key);
    expect(new Set(secrets).size).toBe(1);
    expect(story.agent("db-1").bundles).toHaveLength(1);
    const current = (await story.rig.query<Outputs["intent"]["current"]>("intent.current")).data;
    expect(current.planHash).toBe(planHash);
    const all = ["add done", "add done", "sign done", "drop done", "done done"];
    await eventually(async () => expect((await steps()).slice(-5)).toEqual(all));
  });

  it("stops before the new key signs while a host is away, over a restart, and goes on with it", async () => {
    story.agent("web-3").refuseWith = {
      rule: "R3",
      severity: "error",
      objects: [],
      message: "Pacemaker runs here",
      reason: "r",
      cure: "Stop it.",
    };
    expect((await rotate()).data).toMatchObject({ keyId: 3, step: "add" });
    await eventually(() => expect(keysOf("web-3").at(-1)).toBe("2+3"));
    await story.agent("web-3").disconnect();
    await eventually(async () =>
      expect(await rotation()).toMatchObject({
        step: "add",
        waitingFor: ["web-3"],
        why: expect.stringContaining("web-3 is not connected"),
      }),
    );
    await eventually(async () => expect(await steps()).toContain("add failed"));
    await story.rig.restart();
    for (const [name, agent] of story.agents) {
      await agent.disconnect();
      agent.baseUrl = story.rig.controller.url;
      if (name !== "web-3") agent.connect();
    }
    await eventually(async () =>
      must((await story.snapshot()).wlbs[0]?.hosts[1]?.online === true, "web-2 is back"),
    );
    expect(await rotation()).toMatchObject({ keyId: 3, step: "add", waitingFor: ["web-3"] });
    expect(keysOf("web-1").at(-1)).toBe("2+3");
    story.agent("web-3").refuseWith = null;
    story.agent("web-3").connect();
    await eventually(async () => expect(await rotation()).toMatchObject({ step: "done" }));
    expect(keysOf("web-3").at(-1)).toBe("3");
    expect(keysOf("web-1").at(-1)).toBe("3");
  }, 120_000);
});
