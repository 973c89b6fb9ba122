/** What is missing is named with its cure. */
import { sampleGroup } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { checkPairNode, withPostgresPrograms } from "./preflight.ts";
import { policy } from "./testing/bench.ts";

it("names a fence agent that is not there, or the package that must come first", async () => {
  const lacking = { ...policy, fencing: { agent: "fence_not_there", parameters: {}, nodes: {} } };
  await expect(checkPairNode(lacking)).rejects.toThrow(/fence_not_there|apt-get install/);
});

it("names kmod for a pair that mounts a file system, and only for such a pair", async () => {
  const [group] = policy.groups;
  const disk = sampleGroup().resources.filter(({ type }) => type === "filesystem");
  const withDisk = { ...policy, groups: [{ ...group!, resources: disk }] };
  const lacksModprobe = (programs: readonly string[]) =>
    Promise.resolve(programs.filter((program) => program === "modprobe"));
  await expect(checkPairNode(withDisk, lacksModprobe)).rejects.toThrow(/install .* kmod/);
  await expect(checkPairNode(policy, lacksModprobe)).resolves.toBeUndefined();
});

it("leaves a policy without PostgreSQL, or with a binDir, as it is", async () => {
  expect(await withPostgresPrograms(policy)).toBe(policy);
});
