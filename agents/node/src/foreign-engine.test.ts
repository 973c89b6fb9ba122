/** The look at an engine of somebody else: only on a node without a policy of its own, and never in the way of the inventory. */

import type { ForeignPair } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { InventoryReport } from "@bulkhead/protocol";
import { expect, it } from "vitest";
import { createForeignEngine } from "./foreign-engine.ts";
import type { ForeignLook } from "./foreign-thread.ts";

const inventory: InventoryReport = {
  machineId: "0".repeat(32),
  hostname: "alpha",
  agentVersion: "0.1.0",
  kernel: "6.1",
  addresses: [],
  servicesSeen: ["mscs"],
};
const pair = { cluster: "shop", nodes: [], witness: null } as unknown as ForeignPair;

interface Held {
  service: NodePolicy["service"];
  hasService?: boolean;
  /** What the look finds; an error: it fails. */
  found?: ForeignPair | null | Error;
}

function engine({ service, hasService = service !== "none", found = pair }: Held) {
  const calls: string[] = [];
  const look: ForeignLook = {
    readForeignPair() {
      calls.push("read");
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    answerStranger(verb) {
      calls.push(verb);
      return found instanceof Error ? Promise.reject(found) : Promise.resolve({ code: "ok", message: verb });
    },
    end() {
      calls.push("end");
      return Promise.resolve();
    },
  };
  return { ...createForeignEngine({ service: () => service, hasService: () => hasService, look }), calls };
}

it("reports the pair on a node without a service", async () => {
  expect(await engine({ service: "none" }).complete(inventory)).toEqual({ ...inventory, foreignPair: pair });
});

it("does not look while no engine is seen, or when the node has a service, and ends a look that is over", async () => {
  for (const [service, servicesSeen] of [
    ["none", []],
    ["none", ["wlbs"]],
    ["wlbs", ["mscs"]],
    ["mscs", ["mscs"]],
  ] as const) {
    const looking = engine({ service });
    const report = { ...inventory, servicesSeen: [...servicesSeen] };
    expect(await looking.complete(report)).toBe(report);
    expect(looking.calls).toEqual(["end"]);
  }
});

it("goes on showing the pair, and answers for it, while the node refuses a policy", async () => {
  const refusing = engine({ service: "mscs", hasService: false });
  expect(await refusing.answer("mscs.adoption", {})).toBeNull();
  expect(await refusing.complete(inventory)).toEqual({ ...inventory, foreignPair: pair });
  expect(await refusing.answer("mscs.adoption", {})).toMatchObject({ code: "ok" });
  const forming = engine({ service: "mscs", hasService: false, found: null });
  expect(await forming.complete(inventory)).toBe(inventory);
  expect(await forming.answer("mscs.adoption", {})).toBeNull();
});

it("leaves the inventory whole when the look fails", async () => {
  const broken = engine({ service: "none", found: new Error("no thread") });
  expect(await broken.complete(inventory)).toBe(inventory);
  expect(await broken.answer("mscs.adoption", {})).toEqual({ code: "failed", message: "no thread" });
});

it("answers questions of a node without a service, and leaves all others to the half", async () => {
  const stranger = engine({ service: "none" });
  expect(await stranger.answer("mscs.adoption", {})).toMatchObject({ code: "ok" });
  expect(await stranger.answer("mscs.whatIf", {})).toMatchObject({ code: "ok" });
  expect(await stranger.answer("mscs.inspect", {})).toMatchObject({ code: "ok" });
  expect(await stranger.answer("wlbs.query", {})).toBeNull();
  expect(await engine({ service: "wlbs" }).answer("mscs.adoption", {})).toBeNull();
});
