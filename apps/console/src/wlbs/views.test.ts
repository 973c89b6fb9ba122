/** A tab is marked when something behind it needs a look, and only then. */
import { expect, test } from "vitest";
import { sampleCluster, sampleHearing, sampleHost, sampleRule, sampleRuleView } from "./sample-cluster.ts";
import { viewOf, viewRoles } from "./views.ts";

const three = (second = sampleHost(2)) => sampleCluster([sampleHost(1), second, sampleHost(3)]);

test("all is well: no mark", () => {
  expect(viewRoles(three())).toEqual({ hosts: "ok", rules: "ok", heartbeats: "ok", setup: "ok" });
});

test("a probe that fails, a rule that is disabled by command, a host that is stopped", () => {
  const ruled = (patch: Parameters<typeof sampleRuleView>[0]) =>
    viewRoles(three(sampleHost(2, { rules: [sampleRuleView(patch)] })));
  expect(ruled({ health: "failing" })).toMatchObject({ rules: "warn", hosts: "warn" });
  expect(ruled({ state: "disabled" })).toMatchObject({ rules: "off", hosts: "ok" });
  expect(viewRoles(three(sampleHost(2, { state: "stopped" })))).toMatchObject({ rules: "ok", hosts: "off" });
});

test("ports that the fleet file blocks are no news", () => {
  const rules = [sampleRule({ mode: "disabled", table: null, distribution: [] })];
  expect(viewRoles({ ...three(), rules }).rules).toBe("ok");
});

test("a pair that does not hear each other marks the heartbeats", () => {
  expect(viewRoles({ ...three(), heartbeats: sampleHearing([1, 2, 3], ["1<2"]) }).heartbeats).toBe("bad");
});

test("an address with an unknown view shows the hosts", () => {
  expect([viewOf("rules"), viewOf("nonsense"), viewOf(null)]).toEqual(["rules", "hosts", "hosts"]);
});
