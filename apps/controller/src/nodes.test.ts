/** The life of a node, from enrolment to revocation, and a controller that ends and comes back. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fleetYaml, nodeNames } from "./testing/fleet-file.ts";
import { must, type Outputs } from "./testing/rig.ts";
import { wlbsStatus } from "./testing/statuses.ts";
import { eventually, startStory } from "./testing/story.ts";

const story = startStory();

describe("nodes", () => {
  it("enrol with a token that works once", async () => {
    const { data } = await story.rig.mutate<Outputs["nodes"]["createToken"]>("nodes.createToken", {
      name: "web-1",
    });
    const first = story.rig.agent("web-1");
    expect((await first.enrol(data.token)).status).toBe(200);
    const second = story.rig.agent("web-2");
    const refused = await second.enrol(data.token);
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.body)).toMatchObject({ refusal: { severity: "error" } });
    expect((await story.auditOf("node.enrol")).map(({ outcome }) => outcome)).toEqual(["refused", "done"]);
    first.connect();
    story.agents.set("web-1", first);
    await eventually(async () => must((await story.snapshot()).nodes[0]?.online === true, "web-1 is online"));
  });

  it("are not let in with another key, and frames before the handshake close the link", async () => {
    const stranger = story.rig.agent("web-1", "machine-x");
    stranger.name = "web-1";
    stranger.connect();
    await eventually(() => expect(stranger.closes.join()).toContain("not enrolled here"));
    expect(stranger.isWelcome).toBe(false);
    await stranger.disconnect();
    expect((await story.snapshot()).nodes[0]?.online).toBe(true);
  });

  it("that send rubbish lose their link, and the controller lives", async () => {
    const agent = story.agent("web-1");
    agent.sendText('{"type":"status","at":1,"status":{"service":"evil"}}');
    await eventually(() => expect(agent.closes.join()).toContain("not as agreed"));
    await eventually(() => must(agent.isWelcome, "web-1 is back"));
  });

  it("all join", async () => {
    for (const name of nodeNames.filter((name) => name !== "web-1"))
      story.agents.set(name, await story.rig.join(name));
    await eventually(async () => {
      const { nodes } = await story.snapshot();
      expect(nodes.filter(({ online }) => online).map(({ name }) => name)).toEqual([...nodeNames].sort());
    });
  });
});

describe("a node that enrols again", () => {
  beforeAll(() => story.deployAll(), 60_000);

  it("gets a new bundle, sealed to its new keys, without anybody asking", async () => {
    const old = story.agent("web-3");
    await old.disconnect();
    const { data } = await story.rig.mutate<Outputs["nodes"]["createToken"]>("nodes.createToken", {
      name: "web-3",
    });
    const fresh = story.rig.agent("web-3");
    expect((await fresh.enrol(data.token)).status).toBe(200);
    fresh.status = wlbsStatus({ hostId: 3 });
    story.agents.set("web-3", fresh);
    fresh.connect();
    await eventually(() =>
      expect(fresh.secrets.at(-1)?.heartbeatKeys).toEqual(story.agent("web-1").secrets.at(-1)?.heartbeatKeys),
    );
    expect(fresh.generation).toBeGreaterThan(old.generation);
    const [latest] = (await story.rig.query<Outputs["deployments"]["list"]>("deployments.list", { limit: 1 }))
      .data;
    expect(
      (await story.rig.ended(latest?.id ?? "")).nodes.map(({ node, state }) => `${node} ${state}`),
    ).toEqual(["web-3 accepted"]);
  });
});

describe("the end of a node and of the controller", () => {
  it("revokes only what intent does not name, and ends the link at once", async () => {
    const refused = await story.rig.mutate("nodes.revoke", { name: "web-1" });
    expect(refused.status).toBe(409);
    await story.rig.deploy(fleetYaml({ webHosts: ["web-1", "web-2"] }));
    story.agent("web-3").connect();
    await eventually(() => must(story.agent("web-3").isWelcome, "web-3 is back"));
    expect((await story.rig.mutate("nodes.revoke", { name: "web-3" })).status).toBe(200);
    await eventually(() => expect(story.agent("web-3").closes.join()).toContain("not enrolled here"));
    expect((await story.snapshot()).nodes.map(({ name }) => name)).not.toContain("web-3");
  });

  it("forgets nothing when it is restarted", async () => {
    const token = new URL(story.rig.controller.setupUrl ?? "").searchParams.get("token");
    const person = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
    expect((await story.rig.mutate("setup.complete", { ...person, token })).status).toBe(200);
    const before = await story.snapshot();
    await story.rig.restart();
    expect(story.rig.controller.setupUrl).toBeNull();
    for (const agent of story.agents.values()) {
      await agent.disconnect();
      agent.baseUrl = story.rig.controller.url;
      agent.connect();
    }
    await eventually(async () =>
      must(
        (await story.snapshot()).nodes.every(({ online }) => online),
        "all back",
      ),
    );
    const after = await story.snapshot();
    expect(after.nodes.map(({ name, generation }) => ({ name, generation }))).toEqual(
      before.nodes.map(({ name, generation }) => ({ name, generation })),
    );
    expect((await readFile(join(story.rig.dataDir, "cli-token"), "utf8")).trim()).toBe(story.rig.token);
  });

  it("exports the whole audit log, and only to those who may", async () => {
    const url = `${story.rig.controller.url}/api/audit/export?format=ndjson`;
    expect((await fetch(url)).status).toBe(401);
    const response = await fetch(url, { headers: { authorization: `Bearer ${story.rig.token}` } });
    const text = await response.text();
    const head = (await story.rig.query<Outputs["audit"]["head"]>("audit.head")).data;
    expect(text).toContain(head.hash);
    expect(text).not.toMatch(/bh1\.|bha_|BEGIN PRIVATE/);
  });
});
