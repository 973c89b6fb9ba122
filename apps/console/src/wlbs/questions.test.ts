/** A question must reach the hosts that its title names, in the words of the command line. */
import { expect, test } from "vitest";
import { wlbsAskLine } from "../states/cli.ts";
import { hostsQuestion, macsQuestion, questionLabel, ruleQuestion, unaskable } from "./questions.ts";
import { sampleCluster, sampleHost, sampleRule } from "./sample-cluster.ts";

const host = sampleHost(2);
const cluster = sampleCluster([sampleHost(1), host]);

test("a question goes to one host or to all, and says so", () => {
  const one = hostsQuestion("params", cluster, host);
  expect(one.title).toBe("Parameters in force: web-2");
  expect(one.order).toEqual({ cluster: "web", host: "web-2", verb: "params", target: null });
  const all = hostsQuestion("display", cluster, null);
  expect(all.title).toBe("Everything it knows: all hosts of web");
  expect(all.order.host).toBeNull();
  expect(questionLabel("display")).toBe("Everything it knows (display)");
});

test("the shell line is what the command line understands", () => {
  expect(wlbsAskLine(hostsQuestion("params", cluster, host).order)).toBe("bulkhead wlbs params web:web-2");
  expect(wlbsAskLine(hostsQuestion("queryport", cluster, null).order)).toBe(
    "bulkhead wlbs queryport web all",
  );
  const rule = sampleRule({ name: "https", startPort: 443, endPort: 443, vip: "10.77.0.100" });
  const question = ruleQuestion(cluster, rule, host);
  expect(wlbsAskLine(question.order)).toBe("bulkhead wlbs queryport web:web-2 10.77.0.100:443");
  expect(question.title).toBe("Rule https on web-2");
  expect(question.lead).toContain("tcp 443");
});

test("who cannot be reached is not asked, and the way on the machine itself is told", () => {
  const away = { ...host, online: false };
  expect(unaskable("display", [host])).toBeNull();
  expect(unaskable("display", [away, sampleHost(1)])).toBeNull();
  expect(unaskable("display", [away])).toBe(
    "No link to web-2. On the machine itself: bulkhead-agent wlbs display",
  );
  expect(unaskable("queryport", [away, away])).toContain("bulkhead-agent wlbs queryport all");
  expect(unaskable("query", [])).toBe("The cluster has no hosts.");
});

test("the MACs are asked for with the first virtual IP", () => {
  expect(macsQuestion(cluster)).toEqual({ kind: "macs", address: "10.77.0.100" });
});
