import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import { generateKey, type InventoryReport } from "@bulkhead/protocol";
import { sampleMscsPolicy, samplePolicies, sampleWlbsPolicy } from "@bulkhead/protocol/samples";
import { askLocalServer, silentLogger, systemClock } from "@bulkhead/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Agent } from "./agent.ts";
import { enrol, isEnrolled } from "./enrol.ts";
import { FakeController, HalfRecord, until } from "./fake-controller.ts";
import { loadIdentity } from "./identity.ts";
import { nodePaths } from "./paths.ts";

const machineId = "0123456789abcdef0123456789abcdef";
const [wlbsPolicy, , , none] = samplePolicies as [NodePolicy, NodePolicy, NodePolicy, NodePolicy];
const wall = wlbsPolicy.wall;

let root: string;
let controller: FakeController;
let half: HalfRecord;
let agents: Agent[];
let seen: InventoryReport["servicesSeen"];
let releases: number;

const paths = () => nodePaths(root);
const system = {
  machineId: () => machineId,
  inventory: async (): Promise<InventoryReport> => ({
    machineId,
    hostname: "test",
    agentVersion: "0.1.0",
    kernel: "test",
    addresses: [],
    servicesSeen: seen,
  }),
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "bulkhead-agent-"));
  controller = new FakeController();
  await controller.start();
  half = new HalfRecord();
  agents = [];
  seen = [];
  releases = 0;
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await controller.stop();
  rmSync(root, { recursive: true, force: true });
});

const enrolAs = (name: string, token = controller.token(name)) =>
  enrol({ controllerUrl: controller.url, token, paths: paths(), system });

async function startAgent(): Promise<Agent> {
  const identity = loadIdentity(paths().identity);
  if (!identity.ok) throw new Error(identity.problem);
  const agent = new Agent({
    identity: identity.value,
    controllers: [controller.url],
    paths: paths(),
    system,
    clock: systemClock,
    log: silentLogger,
    periods: { resumeMs: 50, inventoryMs: 50 },
    loadHalf: async (service) => half.create(service),
    onReleased: () => {
      releases += 1;
    },
  });
  agents.push(agent);
  await agent.listen();
  return agent;
}

/** Offers over the link and waits for the answer. */
async function push(policy: NodePolicy, generation: number, over = {}) {
  const before = controller.frames.length;
  controller.send({ type: "bundle", envelope: controller.bundle(policy, generation, over) });
  await until("an answer", () => controller.frames.slice(before).some(({ type }) => type === "bundleResult"));
  return controller.frame("bundleResult");
}

async function linkedAgent(): Promise<Agent> {
  await enrolAs("web-1");
  const agent = await startAgent();
  await until("the link", () => agent.facts().linked);
  return agent;
}

describe("enrolment", () => {
  it("stores keys that only root reads, and sends none of them", async () => {
    expect(await enrolAs("web-1")).toEqual({ ok: true, value: "web-1" });
    expect(statSync(paths().identity).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(controller.node)).not.toContain("PRIVATE");
    expect(isEnrolled(paths().identity, null)).toBe(true);
  });

  it("takes a token once", async () => {
    const token = controller.token("web-1");
    await enrolAs("web-1", token);
    expect(await enrolAs("web-1", token)).toEqual({
      ok: false,
      problem: "The token is spent. Make a new one.",
    });
  });

  it("does not believe a controller other than the token's", async () => {
    const outcome = await enrolAs("web-1", controller.token("web-1", "AAAAAAAAAAAAAAAAAAAAAA"));
    expect(outcome.ok || outcome.problem).toContain("not the controller that made the token");
    expect(existsSync(paths().identity)).toBe(false);
  });

  it("says that nobody answers, without the token", async () => {
    const token = controller.token("web-1");
    const outcome = await enrol({ controllerUrl: "http://127.0.0.1:1", token, paths: paths(), system });
    expect(outcome.ok || outcome.problem).toMatch(/cannot be reached .* check address and firewall/);
    expect(JSON.stringify(outcome)).not.toContain(token.split(".")[1]);
  });

  it("sees by the token that the node is to change to another controller", async () => {
    await enrolAs("web-1");
    expect(isEnrolled(paths().identity, controller.token("web-1"))).toBe(true);
    expect(isEnrolled(paths().identity, controller.token("web-1", "AAAAAAAAAAAAAAAAAAAAAA"))).toBe(false);
  });
});

describe("a linked agent", () => {
  it("says who it is, what it sees and how it is", async () => {
    await linkedAgent();
    expect(await controller.frame("hello")).toMatchObject({ node: "web-1", appliedGeneration: 0 });
    expect(await controller.frame("inventory")).toMatchObject({ inventory: { machineId } });
    expect(await controller.frame("status")).toMatchObject({ status: { service: "none" } });
  });

  it("carries out a bundle, opens its secrets, and keeps it", async () => {
    const agent = await linkedAgent();
    const secrets = { heartbeatKeys: [{ id: 1, key: "c2VjcmV0" }] };
    expect(await push(wlbsPolicy, 1, { secrets })).toMatchObject({ generation: 1, accepted: true });
    expect(half.calls).toEqual(["apply wlbs"]);
    expect(half.secrets).toEqual([secrets]);
    expect(agent.facts()).toMatchObject({ service: "wlbs", cluster: "web", appliedGeneration: 1 });
    expect(readFileSync(paths().policy, "utf8")).not.toContain("c2VjcmV0");
    expect(statSync(paths().policy).mode & 0o777).toBe(0o600);
  });

  it("answers a repeated bundle without doing it again", async () => {
    await linkedAgent();
    await push(wlbsPolicy, 1);
    expect(await push(wlbsPolicy, 1)).toMatchObject({ accepted: true });
    expect(half.calls).toEqual(["apply wlbs"]);
  });

  it("passes commands to its half", async () => {
    await linkedAgent();
    await push(wlbsPolicy, 1);
    controller.send({ type: "command", id: "c-1", verb: "wlbs.stop", args: {} });
    expect(await controller.frame("commandResult")).toMatchObject({
      id: "c-1",
      result: { message: "wlbs.stop {}" },
    });
  });

  it("reports changed inventory, such as a daemon that somebody started", async () => {
    await linkedAgent();
    seen = ["mscs"];
    await controller.frame("inventory", ({ inventory }) => inventory.servicesSeen.includes("mscs"));
  });

  it("cuts the link to an impostor, and to one that sends rubbish, and comes back", async () => {
    const agent = await linkedAgent();
    const hellos = () => controller.frames.filter(({ type }) => type === "hello").length;
    controller.welcomeKey = generateKey("ed25519");
    controller.sendText('{"type":"bundle"}');
    await until("another hello", () => hellos() >= 2);
    expect(agent.facts().linked).toBe(false);
    controller.welcomeKey = controller.signingKey;
    await until("the link again", () => agent.facts().linked);
  });

  it("dials until the controller is back", async () => {
    const agent = await linkedAgent();
    const { port } = controller;
    await controller.stop();
    await until("the link to be gone", () => !agent.facts().linked);
    expect(agent.facts().linkProblem).toMatch(/127\.0\.0\.1/);
    await controller.start(port);
    await until("the link again", () => agent.facts().linked);
  });
});

describe("a bundle is refused", () => {
  const mscsForUs: NodePolicy = {
    service: "mscs",
    wall,
    mscs: {
      ...sampleMscsPolicy,
      nodes: [{ node: "web-1", nodeId: 1, address: "192.0.2.11" }, sampleMscsPolicy.nodes[1]],
    },
  };

  it("by R1 on a node of the other service, with reason and way out", async () => {
    await linkedAgent();
    await push(wlbsPolicy, 1);
    const { accepted, refusal } = await push(mscsForUs, 2);
    expect(accepted).toBe(false);
    expect(refusal).toMatchObject({ rule: "R1", reason: expect.stringContaining("KB Q223157") });
    expect(refusal?.cure).toContain("Release web-1");
    expect(half.calls).toEqual(["apply wlbs"]);
    expect((await controller.frame("event")).message).toContain("R1");
  });

  it("by R3 while the other daemon is on the machine", async () => {
    await linkedAgent();
    seen = ["mscs"];
    expect(await push(wlbsPolicy, 1)).toMatchObject({ refusal: { rule: "R3" } });
    expect(half.calls).toEqual([]);
  });

  it("by R4 against the wall that the node was told before", async () => {
    await linkedAgent();
    await push(
      {
        service: "none",
        wall: { ...wall, mscsAddresses: [{ address: "192.0.2.100", owner: "group x, resource ip" }] },
      },
      1,
    );
    expect(await push(wlbsPolicy, 2)).toMatchObject({ refusal: { rule: "R4" } });
  });

  it("when it is older, or the same number with another content", async () => {
    await linkedAgent();
    await push(wlbsPolicy, 5);
    expect(await push(wlbsPolicy, 4)).toMatchObject({ refusal: { rule: "B-bundle-old" } });
    const other: NodePolicy = { service: "wlbs", wall, wlbs: { ...sampleWlbsPolicy, hashSeed: 8 } };
    expect(await push(other, 5)).toMatchObject({ refusal: { rule: "B-bundle-old" } });
  });

  it("when it is another node's, or not signed by our controller", async () => {
    await linkedAgent();
    expect(await push(wlbsPolicy, 1, { node: "web-2" })).toMatchObject({
      refusal: { rule: "B-bundle-machine" },
    });
    const envelope = { ...controller.bundle(wlbsPolicy, 1), payload: controller.bundle(none, 1).payload };
    controller.send({ type: "bundle", envelope });
    await controller.frame("bundleResult", ({ refusal }) => refusal?.rule === "B-bundle-signature");
    expect(half.calls).toEqual([]);
  });

  it("with the cause when it cannot be carried out; the last good policy is tried again", async () => {
    const agent = await linkedAgent();
    await push(wlbsPolicy, 1);
    half.fail = "nft is not installed; run apt install nftables";
    expect(await push(wlbsPolicy, 2)).toMatchObject({
      refusal: { rule: "B-bundle-apply", reason: /nftables/ },
    });
    expect(agent.facts().appliedGeneration).toBe(1);
    await until("the last good policy to be back", () => half.calls.length === 3);
  });
});

describe("without a controller", () => {
  it("an agent starts with its last good policy and takes a bundle from a file", async () => {
    const first = await linkedAgent();
    await push(wlbsPolicy, 1);
    await first.stop();
    agents = [];
    const bundle = JSON.stringify(controller.bundle(wlbsPolicy, 2));
    await controller.stop();
    const agent = await startAgent();
    await until("the policy to be carried out", () => half.calls.length === 3);
    expect(half.calls).toEqual(["apply wlbs", "stop, data plane stays", "apply wlbs"]);
    const ask = (request: unknown) => askLocalServer(paths().socket, request, { timeoutMs: 5_000 });
    expect(statSync(paths().socket).mode & 0o777).toBe(0o600);
    expect(await ask({ verb: "apply", bundle })).toMatchObject({ code: "ok" });
    expect(agent.facts().appliedGeneration).toBe(2);
    expect(await ask({ verb: "apply", bundle: "{}" })).toMatchObject({ code: "bad-params" });
    expect(await ask({ verb: "query" })).toMatchObject({ message: "wlbs.query {}" });
    expect(await ask({ verb: "status" })).toMatchObject({ data: { linked: false, service: "wlbs" } });
    expect(await ask("what?")).toMatchObject({ code: "bad-params" });
    await controller.start();
  });

  it("a torn policy file is named and the copy before it is used", async () => {
    const first = await linkedAgent();
    await push(wlbsPolicy, 1);
    await push(wlbsPolicy, 2);
    await first.stop();
    agents = [];
    const text = readFileSync(paths().policy, "utf8");
    writeFileSync(paths().policy, text.slice(0, -20));
    const agent = await startAgent();
    expect(agent.facts().warnings[0]?.text).toMatch(/policy\.json is damaged/);
    expect(agent.facts()).toMatchObject({ service: "wlbs", cluster: "web" });
  });
});

describe("release", () => {
  it("takes everything away, asks for a new life, and opens the way to the other service", async () => {
    await linkedAgent();
    await push(wlbsPolicy, 1);
    expect(await push(none, 2)).toMatchObject({ accepted: true });
    expect(half.calls).toEqual(["apply wlbs", "stop, data plane goes"]);
    expect(releases).toBe(1);
    mkdirSync(paths().halfState("mscs"), { recursive: true });
    const mscs: NodePolicy = {
      service: "mscs",
      wall: none.wall,
      mscs: {
        ...sampleMscsPolicy,
        nodes: [{ node: "web-1", nodeId: 1, address: "192.0.2.11" }, sampleMscsPolicy.nodes[1]],
      },
    };
    expect(await push(mscs, 3)).toMatchObject({ accepted: true });
  });

  it("works on a node whose half was never loaded in this life", async () => {
    const first = await linkedAgent();
    half.fail = "no";
    await push(wlbsPolicy, 1);
    await first.stop();
    agents = [];
    const agent = await startAgent();
    await until("the link", () => agent.facts().linked);
    expect(agent.facts()).toMatchObject({ service: "wlbs", appliedGeneration: 0 });
    await push(none, 2);
    expect(half.calls.at(-1)).toBe("stop, data plane goes");
  });
});
