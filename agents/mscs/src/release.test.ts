/** What a node that leaves an adopted pair takes with it, and what it must not. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { installOcfAgents } from "./ocf-agents.ts";
import { authkey, bench, nodePolicy, policy } from "./testing/bench.ts";

const adopted = (resources: (typeof policy.groups)[number]["resources"]) =>
  nodePolicy({
    ...policy,
    engine: "adopted",
    groups: policy.groups.map((group) => ({ ...group, resources })),
  });
const [address] = policy.groups[0]!.resources;
const common = { ...address!, type: undefined };

it.each([
  ["keeps our resource agents where the engine that goes on needs them", "genericApplication", true],
  ["takes our resource agents along where nobody needs them", "ipAddress", false],
] as const)("%s", async (_, type, isKept) => {
  await using it = await bench();
  await writeFile(it.paths.corosyncConf, "totem { cluster_name: hand }\n");
  const application = {
    ...common,
    name: "app",
    type: "genericApplication",
    command: "/bin/app",
    directory: "/",
    user: "root",
    stopSignal: "TERM",
  } as const;
  await it.half.apply(adopted([type === "ipAddress" ? address! : application]), {});
  await installOcfAgents(it.paths.ocfAgents);
  await it.half.stop({ keepDataPlane: false });
  const left: string[] = await readdir(it.paths.ocfAgents).catch(() => []);
  expect(left.includes("application")).toBe(isKept);
  expect(it.runner.calls.filter((call) => call.startsWith("stop"))).toEqual([]);
});

it("leaves nothing of the configuration behind, in what the scheduler keeps either", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), { corosyncAuthkey: authkey });
  const kept = join(it.paths.cibDirectory, "../pengine");
  await mkdir(kept);
  await writeFile(join(kept, "pe-input-0.bz2"), "configuration");
  await it.half.stop({ keepDataPlane: false });
  expect(await readdir(kept)).toEqual([]);
  expect(await readdir(it.paths.cibDirectory)).toEqual([]);
});
