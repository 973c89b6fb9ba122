/** crm_mon of more states of a pair, in MSCS words. The texts are the engine's own, made offline from a CIB of that state. */
import { readFile } from "node:fs/promises";
import { type ClusterView, toClusterView } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { readCrmMon } from "./crm-mon.ts";

async function viewOf(name: string): Promise<ClusterView> {
  const text = await readFile(new URL(`testdata/crm-mon-${name}.xml`, import.meta.url), "utf8");
  return toClusterView(readCrmMon(text), { cluster: "data", witnessVotes: null, cibEpoch: null });
}
const states = (view: ClusterView) => ({
  nodes: view.nodes.map((node) => node.state),
  group: view.groups.find((group) => group.name === "sql")?.state,
  resources: view.groups.find((group) => group.name === "sql")?.resources.map((item) => item.state),
});

it("one node down: the group runs on the other", async () => {
  expect(states(await viewOf("one-down"))).toEqual({
    nodes: ["up", "down"],
    group: "online",
    resources: ["online", "online", "online"],
  });
});

it("no quorum: what is not seen is not known to be offline", async () => {
  const view = await viewOf("no-quorum");
  expect(view.hasQuorum).toBe(false);
  expect(states(view).group).toBe("unknown");
});

it("a resource that is left as it failed makes its group failed", async () => {
  expect(states(await viewOf("blocked"))).toMatchObject({
    group: "failed",
    resources: ["online", "online", "failed"],
  });
});
