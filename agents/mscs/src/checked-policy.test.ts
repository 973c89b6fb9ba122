/** What a node lacks refuses a policy that is new to it, and no other. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { silentLogger } from "@bulkhead/runtime";
import { afterAll, afterEach, expect, it } from "vitest";
import { checkPolicy } from "./checked-policy.ts";
import { policy } from "./testing/bench.ts";

const directory = mkdtempSync(join(tmpdir(), "bulkhead-checked-"));
const recordFile = join(directory, "checked-policy");
afterEach(() => rmSync(recordFile, { force: true }));
afterAll(() => rmSync(directory, { recursive: true }));

const using = (check: (given: MscsPolicy) => Promise<MscsPolicy>) => ({
  recordFile,
  log: silentLogger,
  check,
});
const found = { ...policy, tokenMs: 4321 };
const finds = using(() => Promise.resolve(found));
const lacks = using(() => Promise.reject(new Error("cupsd is not on this node")));

it("refuses a policy that is new to the node", async () => {
  await expect(checkPolicy(policy, lacks)).rejects.toThrow("cupsd is not on this node");
});

it("keeps a policy that was whole once, with what was found for it then", async () => {
  expect(await checkPolicy(policy, finds)).toEqual(found);
  expect(await checkPolicy(policy, lacks)).toEqual(found);
});

it("refuses the next policy, whatever the last one had", async () => {
  await checkPolicy(policy, finds);
  const next = { ...policy, tokenMs: 5000 };
  await expect(checkPolicy(next, lacks)).rejects.toThrow("cupsd is not on this node");
  expect(await checkPolicy(policy, lacks)).toEqual(found);
});
