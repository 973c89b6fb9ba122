/** The look at an engine of somebody else: only on a node without a service, and never in the way of the inventory. */
import type { ForeignPair } from "@bulkhead/core/mscs";
import type { InventoryReport } from "@bulkhead/protocol";
import { expect, it } from "vitest";
import { createForeignEngine } from "./foreign-engine.ts";
import type { LoadForeign } from "./halves.ts";

const inventory: InventoryReport = {
  machineId: "0".repeat(32),
  hostname: "alpha",
  agentVersion: "0.1.0",
  kernel: "6.1",
  addresses: [],
  servicesSeen: ["mscs"],
};
const pair = { cluster: "shop", nodes: [], witness: null } as unknown as ForeignPair;

function engine(service: "none" | "wlbs" | "mscs", load?: LoadForeign) {
  let loads = 0;
  const half = {
    readForeignPair: () => Promise.resolve(pair),
    answerStranger: (verb: string) => Promise.resolve({ code: "ok" as const, message: verb }),
  };
  const created = createForeignEngine({
    service: () => service,
    load: () => {
      loads += 1;
      return load?.() ?? Promise.resolve(half);
    },
  });
  return { ...created, loads: () => loads };
}

it("reports the pair on a node without a service", async () => {
  expect(await engine("none").complete(inventory)).toEqual({ ...inventory, foreignPair: pair });
});

it("loads nothing while no engine is seen, or while the node has a service", async () => {
  for (const [service, servicesSeen] of [
    ["none", []],
    ["none", ["wlbs"]],
    ["wlbs", ["mscs"]],
    ["mscs", ["mscs"]],
  ] as const) {
    const looking = engine(service);
    const report = { ...inventory, servicesSeen: [...servicesSeen] };
    expect(await looking.complete(report)).toBe(report);
    expect(looking.loads()).toBe(0);
  }
});

it("leaves the inventory whole when the look fails", async () => {
  const broken = engine("none", () => Promise.reject(new Error("no module")));
  expect(await broken.complete(inventory)).toBe(inventory);
  expect(await broken.answer("mscs.adoption", {})).toEqual({ code: "failed", message: "no module" });
});

it("answers questions of a node without a service, and leaves all others to the half", async () => {
  expect(await engine("none").answer("mscs.adoption", {})).toMatchObject({ code: "ok" });
  expect(await engine("none").answer("mscs.whatIf", {})).toMatchObject({ code: "ok" });
  expect(await engine("none").answer("mscs.inspect", {})).toMatchObject({ code: "ok" });
  expect(await engine("none").answer("wlbs.query", {})).toBeNull();
  expect(await engine("wlbs").answer("mscs.adoption", {})).toBeNull();
});
