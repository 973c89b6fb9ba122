/** Drift of a running pair, as the console and the command line ask for it. */
import type { AdoptionReport } from "@bulkhead/core/mscs";
import { parseXml, renderXml } from "@bulkhead/pacemaker";
import { expect, it } from "vitest";
import { authkey, type Bench, bench, nodePolicy, policy } from "./testing/bench.ts";

const secrets = { corosyncAuthkey: authkey };

async function ask(it: Bench): Promise<AdoptionReport> {
  const { code, data } = await it.half.command("mscs.adoption", {});
  expect(code).toBe("ok");
  return data as AdoptionReport;
}

it("takes over what a fleet file can say, and tells what it cannot", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  const cib = renderXml(it.runner.live)
    .replace(/(name="cidr_netmask" value=)"24"/, '$1"25"')
    .replace(/(name="stonith-timeout" value=)"60s"/, '$1"33s"');
  it.runner.live = parseXml(cib, "cib");
  const report = await ask(it);
  expect(report).toMatchObject({ pair: "data", asIs: [], obstacles: [] });
  expect(report.changes).toEqual([
    {
      object: expect.stringContaining("primitive sql.ip: cidr_netmask"),
      text: "24 becomes 25 in the fleet file.",
    },
  ]);
  expect(report.kept.map(({ object }) => object)).toEqual([expect.stringContaining("stonith-timeout")]);
  expect(report.fleetFile).toMatch(/^mscs:\n {2}data:\n/);
  expect(report.fleetFile).toContain("10.77.0.50/25");
  expect(report.fleetFile).toContain("threshold: 1");
});

it("says that there is nothing where nothing was changed", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  expect(await ask(it)).toMatchObject({
    changes: [],
    fleetFile: "",
    obstacles: [expect.stringContaining("as its policy says")],
  });
});

/** Another policy of the same pair, which has nothing to do with addresses. */
const other = (cidr = 24) =>
  nodePolicy({
    ...policy,
    groups: policy.groups.map((group) => ({
      ...group,
      priority: "high" as const,
      resources: group.resources.map((item) =>
        item.type === "ipAddress" ? { ...item, prefixLength: cidr } : item,
      ),
    })),
  });

it("does not undo by the way what was changed by hand, and writes a policy that takes it over", async () => {
  await using it = await bench();
  await it.half.apply(nodePolicy(), secrets);
  it.runner.live = parseXml(
    renderXml(it.runner.live).replace(/(name="cidr_netmask" value=)"24"/, '$1"25"'),
    "cib",
  );
  for (let times = 0; times < 2; times += 1)
    await expect(it.half.apply(other(), secrets)).rejects.toThrow(
      /changed by hand.*primitive sql\.ip: cidr_netmask .* is 25, and was written as 24\. Take it over/,
    );
  expect(renderXml(it.runner.live)).toContain('name="cidr_netmask" value="25"');
  await it.half.apply(other(25), secrets);
  expect(renderXml(it.runner.live)).toContain('name="priority" value="3000"');
});
