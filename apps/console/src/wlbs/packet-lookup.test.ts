/** The form answers as the kernels do, or says what is missing. */
import { bucketOf } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { lookUpPacket, type PacketText, usualTarget } from "./packet-lookup.ts";
import { sampleCluster, sampleHost, sampleRule } from "./sample-cluster.ts";

const rules = [
  sampleRule(),
  sampleRule({ name: "https", startPort: 443, endPort: 443, affinity: "single" }),
  sampleRule({ name: "pptp", startPort: 1723, endPort: 1723, affinity: "single" }),
];
const cluster = sampleCluster([sampleHost(1)], { rules, hashSeed: 5 });
const ask = (text: Partial<PacketText>) =>
  lookUpPacket(cluster, { protocol: "tcp", from: "192.0.2.7:51034", to: "10.77.0.100:80", ...text });

test("affinity none uses the port, affinity single does not care", () => {
  const client = { address: "192.0.2.7", port: 51034 };
  expect(ask({})).toMatchObject({ kind: "bucket", bucket: bucketOf("none", client, 5) });
  const bucket = bucketOf("single", client, 5);
  expect(ask({ to: "10.77.0.100:443" })).toMatchObject({ bucket, affinity: "single" });
  expect(ask({ to: "10.77.0.100:443", from: "192.0.2.7:1" })).toMatchObject({ bucket });
});

test("GRE follows the rule of PPTP and needs no port", () => {
  expect(ask({ protocol: "gre", from: "192.0.2.7", to: "10.77.0.100" })).toMatchObject({
    rule: { name: "pptp" },
  });
});

test("what no rule covers is the default host's", () => {
  expect(ask({ to: "10.77.0.100:22" })).toMatchObject({ kind: "unruled" });
});

test.each([
  [{ from: "192.0.2.7" }, "192.0.2.7 lacks its port: write 192.0.2.7:51034."],
  [{ from: "host.example:1" }, "Write a protocol"],
  [{ to: "10.9.9.9:80" }, "10.9.9.9 is no virtual IP of web."],
  [{ from: "[2001:db8::1]:5000" }, "both be IPv4"],
])("says what is wrong with %j", (text, words) => {
  const answer = ask(text);
  expect(answer?.kind === "problem" ? answer.text : answer).toContain(words);
});

test("an empty field asks nothing, and the target is filled in", () => {
  expect(ask({ from: "  " })).toBeNull();
  expect(usualTarget(cluster)).toBe("10.77.0.100:80");
});
