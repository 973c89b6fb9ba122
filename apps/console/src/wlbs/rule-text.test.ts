/** A port rule in words. */
import { expect, test } from "vitest";
import { affinityShort, probeText, ruleTarget, ruleText, sharingText } from "./rule-text.ts";
import { sampleRule } from "./sample-cluster.ts";

const name = (id: number) => `web-${id}`;

test("ports, protocol and target", () => {
  expect(ruleText(sampleRule({ startPort: 1, endPort: 79, protocol: "both" }))).toBe("tcp+udp 1-79");
  expect(ruleTarget(sampleRule({ vip: "10.77.0.100" }))).toBe("10.77.0.100:80");
});

test("the most common weight is told once", () => {
  const weights = [50, 80, 50, 50].map((weight, i) => ({ hostId: i + 1, weight }));
  expect(sharingText(sampleRule(), name)).toBe("equal load");
  expect(sharingText(sampleRule({ weights }), name)).toBe("web-2 80, others 50");
});

test("priorities are told in order", () => {
  const priorities = [2, 1].map((priority, i) => ({ hostId: i + 1, priority }));
  expect(sharingText(sampleRule({ mode: "single", priorities }), name)).toBe("web-2, then web-1");
  expect(affinityShort(sampleRule({ mode: "single" }))).toBe("–");
});

test("extended affinity and probes", () => {
  expect(affinityShort(sampleRule({ affinity: "single", affinityTimeoutMin: 20 }))).toBe(
    "single, extended 20 min",
  );
  expect(probeText(sampleRule())).toBe("none");
});
