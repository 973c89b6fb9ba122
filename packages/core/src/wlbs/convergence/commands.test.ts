/** Commands of DOMAIN 1.8: their answers in every state, what they leave behind, and what they do to the buckets. */
import { expect, test } from "vitest";
import { samplePolicy, sampleRule } from "../sample.ts";
import type { PortRule, WlbsPolicy } from "../types.ts";
import type { Wanted } from "./events.ts";
import { Machines } from "./testing/machines.ts";

const rule = (name: string, port: number, change: Partial<PortRule> = {}) =>
  sampleRule(2, { name, startPort: port, endPort: port, ...change });
const policy = (change: Partial<WlbsPolicy> = {}) =>
  samplePolicy(2, { rules: [rule("http", 80), rule("https", 443)], ...change });
const pair = (change: Partial<WlbsPolicy> = {}) => new Machines(policy(change)).boot();

const HALVES = { "web-1": 2048, "web-2": 2048 };

test("answers of host commands in every state", () => {
  const lab = pair();
  const say = (...verbs: Parameters<Machines["command"]>[1][]) =>
    verbs.map((verb) => lab.command("web-2", verb));
  expect(say("start", "resume")).toEqual(["already", "already"]);
  expect(say("drainstop", "drainstop", "start", "start")).toEqual(["ok", "already", "drain-stop", "already"]);
  expect(say("drainstop", "stop", "stop", "drainstop")).toEqual(["ok", "drain-stop", "already", "stopped"]);
  expect(say("suspend", "suspend", "start", "stop", "drainstop")).toEqual([
    "ok",
    "already",
    "suspended",
    "suspended",
    "suspended",
  ]);
  expect(say("resume", "stop", "start", "suspend")).toEqual(["ok", "already", "ok", "ok"]);
  expect(lab.run(1000).shares("http")).toEqual({ "web-1": 4096 });
  expect(say("resume", "start")).toEqual(["ok", "ok"]);
  expect(lab.run(3000).shares("http")).toEqual(HALVES);
});

test("answers of rule commands in every state", () => {
  const lab = pair();
  const say = (verb: "enable" | "disable" | "drain", port: number | null = 80) =>
    lab.rule("web-2", verb, port);
  expect([say("enable"), say("drain"), say("drain"), say("disable"), say("enable", null)]).toEqual([
    "already",
    "ok",
    "already",
    "ok",
    "ok",
  ]);
  expect(say("disable", 81)).toBe("not-found");
  lab.command("web-2", "drainstop");
  expect(say("disable")).toBe("draining");
  lab.command("web-2", "stop");
  expect(say("disable")).toBe("stopped");
  lab.command("web-2", "suspend");
  expect(say("enable")).toBe("suspended");
});

test("what was wanted is remembered at every change, and at no other time", () => {
  const lab = pair();
  const host = lab.host("web-2");
  lab.rule("web-2", "drain", 443);
  lab.rule("web-2", "drain", 443);
  lab.command("web-2", "suspend");
  lab.command("web-2", "start");
  expect(host.remembered()).toEqual([
    { run: "started", rules: { https: "draining" } },
    { run: "suspended", rules: { https: "draining" } },
  ]);
});

test.each<{ row: Partial<WlbsPolicy["hosts"][0]>; run: Wanted["run"] | null; becomes: Wanted["run"] }>([
  { row: {}, run: null, becomes: "started" },
  { row: { initialState: "suspended" }, run: null, becomes: "suspended" },
  { row: {}, run: "stopped", becomes: "stopped" },
  { row: {}, run: "suspended", becomes: "suspended" },
  { row: { retainSuspended: false }, run: "suspended", becomes: "started" },
])("at the start of the agent: $row, $run before, becomes $becomes", ({ row, run, becomes }) => {
  const hosts = policy().hosts.map((host) => ({ ...host, ...row }));
  const lab = new Machines(policy({ hosts })).boot(run && { run, rules: { http: "disabled" } });
  expect(lab.host("web-1").state.run).toBe(becomes);
  expect(lab.host("web-1").state.ruleStates).toEqual(run ? { http: "disabled" } : {});
});

test("a drain with a deadline ends when its time is up, and says how many connections it closed", () => {
  const lab = pair();
  lab.command("web-2", "drainstop", 10_000);
  lab.run(2000).count("web-2", { http: [5, 6, 7], https: [] });
  expect(lab.run(7900).host("web-2").state.run).toBe("draining");
  lab.run(200);
  expect(lab.host("web-2").state).toMatchObject({ run: "stopped", drain: null });
  expect(lab.host("web-2").state.stopReason).toContain("the remaining 3 connections were closed");
  expect(lab.host("web-2").remembered().at(-1)?.run).toBe("stopped");
});

test("a disabled rule is blocked here at once, its buckets go to the other host and come back", () => {
  const lab = pair();
  lab.rule("web-2", "disable", 80);
  expect(lab.host("web-2").plane?.rules.map(({ table }) => table)).toEqual([null, 0]);
  expect(lab.run(500).shares("http")).toEqual({ "web-1": 4096 });
  expect(lab.shares("https")).toEqual(HALVES);
  expect(lab.host("web-1").state.history[0]).toMatchObject({ cause: "rule-state", initiator: 2 });
  lab.rule("web-2", "enable", 80);
  expect(lab.run(500).shares("http")).toEqual(HALVES);
});

test("a draining rule keeps its connections, stays draining when the last has ended, and goes on after a restart", () => {
  const lab = pair();
  lab.rule("web-2", "drain", 80);
  lab.run(500);
  const marks = () => lab.host("web-2").state.kernel.slots[0];
  expect([marks()?.owned, marks()?.draining]).toEqual([0, 2048]);
  lab.run(6000).count("web-2", { http: [], https: [1] });
  lab.run(100);
  expect([marks()?.owned, marks()?.draining]).toEqual([0, 0]);
  expect(lab.host("web-2").state.ruleStates).toEqual({ http: "draining" });
  const again = new Machines(policy()).boot({ run: "started", rules: { http: "draining" } });
  expect(again.shares("http")).toEqual({});
  expect(again.shares("https")).toEqual(HALVES);
});

test("a failing probe drains its rule on its host, unless it fails everywhere and the rule would rather be served", () => {
  const check = { kind: "tcp" as const, port: 80 };
  const probe = { check, periodMs: 1000, timeoutMs: 500, rise: 1, fall: 1 };
  const rules = [
    rule("http", 80, { probe: { ...probe, whenAllFail: "serve" } }),
    rule("https", 443, { probe: { ...probe, whenAllFail: "stop" } }),
  ];
  const lab = pair({ rules });
  const fail = (node: string) => {
    for (const name of ["http", "https"]) {
      lab.tell(lab.host(node), { kind: "health", rule: name, health: "failing", text: "connection refused" });
    }
    lab.run(500);
  };
  fail("web-1");
  expect([lab.shares("http"), lab.shares("https")]).toEqual([{ "web-2": 4096 }, { "web-2": 4096 }]);
  fail("web-2");
  expect([lab.shares("http"), lab.shares("https")]).toEqual([HALVES, {}]);
});

test("a host whose link is gone gives up by itself after the detection time, and does not come in without one", () => {
  const lab = pair();
  lab.tell(lab.host("web-2"), { kind: "link", up: false, mac: "02:00:00:00:00:02" });
  lab.run(799);
  expect(lab.host("web-2").state.stage).toBe("member");
  lab.run(5000);
  expect(lab.host("web-2").state.stage).toBe("joining");
  expect(lab.shares("http")).toEqual({ "web-1": 4096 });
  expect(lab.host("web-1").state.convergenceCount).toBe(2);
  lab.tell(lab.host("web-2"), { kind: "link", up: true, mac: "02:00:00:00:00:02" });
  expect(lab.run(1000).shares("http")).toEqual(HALVES);
});
