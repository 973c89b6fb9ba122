/** Commands to port rules: what they mean, what they break, and when they are refused. */
import { expect, test } from "vitest";
import { ruleAct, ruleBlockedBy } from "./rule-acts.ts";
import { sampleCluster, sampleHost, sampleRule, sampleRuleView } from "./sample-cluster.ts";

const rule = sampleRule();
const cluster = sampleCluster([sampleHost(1), sampleHost(2), sampleHost(3)]);
const [host] = cluster.hosts;

test("disabling cuts what is open, draining does not", () => {
  const of = (verb: "disable" | "drain") => ruleAct(verb, { cluster, rule, host: host ?? null });
  expect(of("disable").lines[0]).toEqual({
    text: "Everything to tcp 80 is dropped on web-1: 4 open connections break at once.",
    breaks: true,
  });
  expect(of("drain").lines.some((line) => line.breaks)).toBe(false);
  expect(of("drain").order).toEqual({
    cluster: "web",
    host: "web-1",
    verb: "drain",
    target: "all:80",
    confirm: false,
  });
});

test("on all hosts nobody is left: the name of the rule must be typed", () => {
  const act = ruleAct("disable", { cluster, rule, host: null });
  expect(act.typed).toBe("http");
  expect(act.lines.map((line) => line.text).join()).toContain("12 open connections break at once");
  expect(act.lines.map((line) => line.text).join()).toContain("Nobody is left");
});

test("a command names a port: another rule with it is meant as well, and that is said", () => {
  const udp = sampleRule({ name: "quic", protocol: "udp" });
  const both = { ...cluster, rules: [rule, udp, sampleRule({ name: "far", startPort: 81, endPort: 90 })] };
  const texts = ruleAct("drain", { cluster: both, rule, host: null }).lines.filter((line) => line.breaks);
  expect(texts.map(({ text }) => text).join()).toContain("quic contains it too");
});

test("a rule for one virtual IP is named with it, IPv6 in brackets", () => {
  const six = sampleRule({ vip: "fd77::100" });
  expect(ruleAct("drain", { cluster, rule: six, host: null }).order.target).toBe("[fd77::100]:80");
});

test("an act that makes no sense now says why", () => {
  const disabled = sampleHost(1, { rules: [sampleRuleView({ state: "disabled" })] });
  expect(ruleBlockedBy("disable", rule, disabled)).toBe("http is disabled on web-1 already.");
  expect(ruleBlockedBy("enable", rule, disabled)).toBeNull();
  expect(ruleBlockedBy("drain", rule, sampleHost(1, { state: "stopped" }))).toContain("start it first");
  expect(ruleBlockedBy("drain", sampleRule({ mode: "disabled" }), sampleHost(1))).toContain("fleet file");
});
