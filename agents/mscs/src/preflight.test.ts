/** What is missing is named with its cure. */
import { expect, it } from "vitest";
import { checkPairNode, withPostgresPrograms } from "./preflight.ts";
import { policy } from "./testing/bench.ts";

it("names a fence agent that is not there, or the package that must come first", async () => {
  const lacking = { ...policy, fencing: { agent: "fence_not_there", nodes: {} } };
  await expect(checkPairNode(lacking)).rejects.toThrow(/fence_not_there|apt-get install/);
});

it("leaves a policy without PostgreSQL, or with a binDir, as it is", async () => {
  expect(await withPostgresPrograms(policy)).toBe(policy);
});
