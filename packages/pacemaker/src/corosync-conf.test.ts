/** corosync.conf against its golden file. */
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { corosyncConf, corosyncConfMark, deviceSettings } from "./corosync-conf.ts";
import { pairPolicy } from "./testing/policy.ts";

it("is the golden file and begins with our mark", async () => {
  const text = corosyncConf(pairPolicy);
  expect(text.startsWith(corosyncConfMark)).toBe(true);
  await expect(text).toMatchFileSnapshot("testdata/pair.corosync.conf");
});

it("holds the token floor", () => {
  expect(corosyncConf({ ...pairPolicy, tokenMs: 300 })).toContain("token: 1000\n  consensus: 500\n");
  expect(corosyncConf({ ...pairPolicy, tokenMs: 3000 })).toContain("token: 3000\n  consensus: 1500\n");
});

it("gives each node an address on each link", () => {
  const [first, second] = pairPolicy.nodes;
  const nodes: MscsPolicy["nodes"] = [
    { ...first, secondAddress: "10.78.0.11" },
    { ...second, secondAddress: "10.78.0.12" },
  ];
  const text = corosyncConf({ ...pairPolicy, nodes });
  expect(text).toContain("ring0_addr: 10.77.0.12\n    ring1_addr: 10.78.0.12\n");
});

it("waits for both nodes when no witness tells the halves apart", () => {
  const text = corosyncConf({ ...pairPolicy, witness: null });
  expect(text).toContain("two_node: 1\n  wait_for_all: 1\n");
  expect(text).not.toContain("device {");
});

it("knows what of it qdevice reads", () => {
  const settings = deviceSettings(corosyncConf(pairPolicy));
  expect(settings).toContain("tls: required\n    }\n  }");
  expect(deviceSettings(corosyncConf({ ...pairPolicy, tokenMs: 3000 }, "db-2"))).toBe(settings);
  expect(deviceSettings(corosyncConf({ ...pairPolicy, witness: null }))).toBe("");
});

it("leaves an evicted node out, and then one node is enough", () => {
  const text = corosyncConf({ ...pairPolicy, witness: null }, "db-2");
  expect(text).not.toMatch(/db-2|two_node/);
});
