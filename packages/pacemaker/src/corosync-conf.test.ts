/** corosync.conf against its golden file. */
import { expect, it } from "vitest";
import { corosyncConf, corosyncConfMark } from "./corosync-conf.ts";
import { pairPolicy } from "./testing/policy.ts";

it("is the golden file and begins with our mark", async () => {
  const text = corosyncConf(pairPolicy);
  expect(text.startsWith(corosyncConfMark)).toBe(true);
  await expect(text).toMatchFileSnapshot("testdata/pair.corosync.conf");
});

it("holds the token floor", () => {
  expect(corosyncConf({ ...pairPolicy, tokenMs: 300 })).toContain("token: 1000\n");
  expect(corosyncConf({ ...pairPolicy, tokenMs: 3000 })).toContain("token: 3000\n");
});
