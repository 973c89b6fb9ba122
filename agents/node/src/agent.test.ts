import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { generateKey } from "@bulkhead/protocol";
import { askLocalServer } from "@bulkhead/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isEnrolled } from "./enrol.ts";
import { Bench, machineId, mscsForUs, none, wlbsPolicy } from "./testing/agent-bench.ts";
import { until } from "./testing/fake-controller.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

describe("enrolment", () => {
  it("stores keys that only root reads, and sends none of them", async () => {
    expect(await bench.enrolAs("web-1")).toEqual({ ok: true, value: "web-1" });
    expect(statSync(bench.paths.identity).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(bench.controller.node)).not.toContain("PRIVATE");
    expect(isEnrolled(bench.paths.identity, null)).toBe(true);
  });

  it("takes a token once", async () => {
    const token = bench.controller.token("web-1");
    await bench.enrolAs("web-1", token);
    expect(await bench.enrolAs("web-1", token)).toEqual({
      ok: false,
      problem: "The token is spent. Make a new one.",
    });
  });

  it("does not believe a controller other than the token's", async () => {
    const outcome = await bench.enrolAs("web-1", bench.controller.token("web-1", "AAAAAAAAAAAAAAAAAAAAAA"));
    expect(outcome.ok || outcome.problem).toContain("not the controller that made the token");
    expect(existsSync(bench.paths.identity)).toBe(false);
  });

  it("says that nobody answers, without the token", async () => {
    const token = bench.controller.token("web-1");
    const outcome = await bench.enrolAs("web-1", token, "http://127.0.0.1:1");
    expect(outcome.ok || outcome.problem).toMatch(/cannot be reached .* check address and firewall/);
    expect(JSON.stringify(outcome)).not.toContain(token.split(".")[1]);
  });

  it("does not read an answer without end", async () => {
    bench.controller.isEndless = true;
    const outcome = await bench.enrolAs("web-1");
    expect(outcome.ok || outcome.problem).toContain("an answer larger than 65536 bytes");
  });

  it("sees by the token that the node is to change to another controller", async () => {
    await bench.enrolAs("web-1");
    expect(isEnrolled(bench.paths.identity, bench.controller.token("web-1"))).toBe(true);
    expect(isEnrolled(bench.paths.identity, bench.controller.token("web-1", "AAAAAAAAAAAAAAAAAAAAAA"))).toBe(
      false,
    );
  });
});

describe("a linked agent", () => {
  it("says who it is, what it sees and how it is", async () => {
    await bench.linkedAgent();
    expect(await bench.controller.frame("hello")).toMatchObject({ node: "web-1", appliedGeneration: 0 });
    expect(await bench.controller.frame("inventory")).toMatchObject({ inventory: { machineId } });
    expect(await bench.controller.frame("status")).toMatchObject({ status: { service: "none" } });
  });

  it("carries out a bundle, opens its secrets, and keeps it", async () => {
    const agent = await bench.linkedAgent();
    const secrets = { heartbeatKeys: [{ id: 1, key: "c2VjcmV0" }] };
    expect(await bench.push(wlbsPolicy, 1, { secrets })).toMatchObject({ generation: 1, accepted: true });
    expect(bench.half.calls).toEqual(["apply wlbs"]);
    expect(bench.half.secrets).toEqual([secrets]);
    expect(agent.facts()).toMatchObject({ service: "wlbs", cluster: "web", appliedGeneration: 1 });
    expect(readFileSync(bench.paths.policy, "utf8")).not.toContain("c2VjcmV0");
    expect(statSync(bench.paths.policy).mode & 0o777).toBe(0o600);
  });

  it("answers a repeated bundle without doing it again", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    expect(await bench.push(wlbsPolicy, 1)).toMatchObject({ accepted: true });
    expect(bench.half.calls).toEqual(["apply wlbs"]);
  });

  it("passes commands to its half", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    bench.controller.send({ type: "command", id: "c-1", verb: "wlbs.stop", args: {} });
    expect(await bench.controller.frame("commandResult")).toMatchObject({
      id: "c-1",
      result: { message: "wlbs.stop {}" },
    });
  });

  it("reports changed inventory, such as a daemon that somebody started", async () => {
    await bench.linkedAgent();
    bench.seen = ["mscs"];
    await bench.controller.frame("inventory", ({ inventory }) => inventory.servicesSeen.includes("mscs"));
  });

  it("cuts the link to an impostor, and to one that sends rubbish, and comes back", async () => {
    const agent = await bench.linkedAgent();
    const hellos = () => bench.controller.frames.filter(({ type }) => type === "hello").length;
    bench.controller.welcomeKey = generateKey("ed25519");
    bench.controller.sendText('{"type":"bundle"}');
    await until("another hello", () => hellos() >= 2);
    expect(agent.facts().linked).toBe(false);
    bench.controller.welcomeKey = bench.controller.signingKey;
    await until("the link again", () => agent.facts().linked);
  });

  it("dials until the controller is back", async () => {
    const agent = await bench.linkedAgent();
    const { port } = bench.controller;
    await bench.controller.stop();
    await until("the link to be gone", () => !agent.facts().linked);
    expect(agent.facts().linkProblem).toMatch(/127\.0\.0\.1/);
    await bench.controller.start(port);
    await until("the link again", () => agent.facts().linked);
  });
});

describe("without a controller", () => {
  it("an agent starts with its last good policy and takes a bundle from a file", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    await bench.stopAgents();
    const bundle = JSON.stringify(bench.controller.bundle(wlbsPolicy, 2));
    await bench.controller.stop();
    const agent = await bench.startAgent();
    await until("the policy to be carried out", () => bench.half.calls.length === 3);
    expect(bench.half.calls).toEqual(["apply wlbs", "stop, data plane stays", "apply wlbs"]);
    const ask = (request: unknown) => askLocalServer(bench.paths.socket, request, { timeoutMs: 5_000 });
    expect(statSync(bench.paths.socket).mode & 0o777).toBe(0o600);
    expect(await ask({ verb: "apply", bundle })).toMatchObject({ code: "ok" });
    expect(agent.facts().appliedGeneration).toBe(2);
    expect(await ask({ verb: "apply", bundle: "{}" })).toMatchObject({ code: "bad-params" });
    expect(await ask({ verb: "query" })).toMatchObject({ message: "wlbs.query {}" });
    expect(await ask({ verb: "status" })).toMatchObject({ data: { linked: false, service: "wlbs" } });
    expect(await ask("what?")).toMatchObject({ code: "bad-params" });
    await bench.controller.start();
  });

  it("a torn policy file is named and the copy before it is used", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    await bench.push(wlbsPolicy, 2);
    await bench.stopAgents();
    const text = readFileSync(bench.paths.policy, "utf8");
    writeFileSync(bench.paths.policy, text.slice(0, -20));
    const agent = await bench.startAgent();
    expect(agent.facts().warnings[0]?.text).toMatch(/policy\.json is damaged/);
    expect(agent.facts()).toMatchObject({ service: "wlbs", cluster: "web" });
    const told = await bench.controller.frame("event", ({ kind }) => kind === "agent.warning");
    expect(told.message).toContain("is damaged");
  });
});

it("answers a query in the words of what the node is", async () => {
  await bench.linkedAgent();
  const query = () => askLocalServer(bench.paths.socket, { verb: "query" }, { timeoutMs: 5_000 });
  expect(await query()).toMatchObject({ message: expect.stringContaining("service     none") });
  await bench.push(mscsForUs, 1);
  expect(await query()).toMatchObject({ message: "sql  online on db-1" });
});

describe("release", () => {
  it("takes everything away, asks for a new life, and opens the way to the other service", async () => {
    await bench.linkedAgent();
    await bench.push(wlbsPolicy, 1);
    expect(await bench.push(none, 2)).toMatchObject({ accepted: true });
    expect(bench.half.calls).toEqual(["apply wlbs", "stop, data plane goes"]);
    expect(bench.releases).toBe(1);
    expect(await bench.push({ ...mscsForUs, wall: none.wall }, 3)).toMatchObject({ accepted: true });
  });

  it("works on a node whose half was never loaded in this life", async () => {
    await bench.linkedAgent();
    bench.half.fail = "no";
    await bench.push(wlbsPolicy, 1);
    await bench.stopAgents();
    const agent = await bench.startAgent();
    await until("the link", () => agent.facts().linked);
    expect(agent.facts()).toMatchObject({ service: "wlbs", appliedGeneration: 0 });
    await bench.push(none, 2);
    expect(bench.half.calls.at(-1)).toBe("stop, data plane goes");
  });
});
