/** What Pacemaker's scheduler makes of the compiled policies: the mapping of docs/mscs.md, decided by the engine itself. */
import {
  compileCib,
  type MscsGroup,
  type MscsResource,
  type Restart,
  sampleCommon,
  sampleGroup,
  samplePair,
  sampleRestart,
} from "@bulkhead/core/mscs";
import { describe, expect, it } from "vitest";
import { missingPrograms } from "./daemons.ts";
import { simulate } from "./testing/simulate.ts";

const hasScheduler = (await missingPrograms(["crm_simulate"])).length === 0;

/** Stock agents only: the scheduler need not know ours. */
function app(name: string, dependsOn: string[] = [], restart: Partial<Restart> = {}): MscsResource {
  const settings = { agent: "ocf:pacemaker:Dummy", parameters: {}, holdsSharedDisk: false };
  const common = { ...sampleCommon(name, dependsOn), restart: { ...sampleRestart, ...restart } };
  return { ...common, type: "ocf", ...settings };
}
const groupOf = (name: string, resources: MscsResource[], change: Partial<MscsGroup> = {}) =>
  sampleGroup({ name, preferredOwners: ["db-1"], resources, ...change });
const modelOf = (...groups: MscsGroup[]) => compileCib(samplePair({ groups }));
const failure = (id: string, node = "db-1") => ["-i", `${id}_monitor_10000@${node}=1`];

describe.skipIf(!hasScheduler)("scheduled by Pacemaker", () => {
  it("restarts three times on the node, and moves the group at the fourth failure", async () => {
    await simulate(modelOf(groupOf("g", [app("a")])), async ({ step, ownerOf }) => {
      await step();
      for (const failures of [1, 2, 3]) {
        await step(...failure("g.a"));
        expect(ownerOf("g.a"), `${failures} failures`).toBe("db-1");
      }
      await step(...failure("g.a"));
      expect(ownerOf("g.a")).toBe("db-2");
    });
  });

  it("moves at once with threshold 0", async () => {
    await simulate(modelOf(groupOf("g", [app("a", [], { threshold: 0 })])), async ({ step, ownerOf }) => {
      await step();
      await step(...failure("g.a"));
      expect(ownerOf("g.a")).toBe("db-2");
    });
  });

  it("leaves a failed resource with action none, and the group where it is", async () => {
    const model = modelOf(groupOf("g", [app("ip"), app("a", [], { action: "none" })]));
    await simulate(model, async ({ step, ownerOf }) => {
      await step();
      expect(await step(...failure("g.a"))).toMatch(/g\.a.*FAILED.*blocked/);
      expect(ownerOf("g.ip")).toBe("db-1");
    });
  });

  it("stops a resource with action restart for good, and the group does not follow", async () => {
    const model = modelOf(groupOf("g", [app("log", [], { action: "restart", threshold: 1 }), app("web")]));
    await simulate(model, async ({ step, ownerOf }) => {
      await step();
      await step(...failure("g.log"));
      expect([ownerOf("g.log"), ownerOf("g.web")]).toEqual(["db-1", "db-1"]);
      await step(...failure("g.log"));
      expect([ownerOf("g.log"), ownerOf("g.web")]).toEqual([null, "db-1"]);
    });
  });

  it("restarts a resource with action restart that stands alone without an end, on its node", async () => {
    const model = modelOf(groupOf("g", [app("a", [], { action: "restart", threshold: 0 })]));
    await simulate(model, async ({ step, ownerOf }) => {
      await step();
      for (let failures = 0; failures < 3; failures++) await step(...failure("g.a"));
      expect(ownerOf("g.a")).toBe("db-1");
    });
  });

  it("does not move what runs away from several of its class", async () => {
    const apart = { antiAffinity: ["heavy"] };
    const groups = ["f", "g", "h"].map((name) => groupOf(name, [app("a")], apart));
    await simulate(modelOf(...groups), async ({ step, ownerOf }) => {
      await step("-d", "db-1");
      await step("-u", "db-1");
      expect(["f.a", "g.a", "h.a"].map(ownerOf)).toEqual(["db-2", "db-2", "db-2"]);
    });
  });

  it("restarts only what depends on the failed resource, and moves the tree as one", async () => {
    const model = modelOf(groupOf("g", [app("ip"), app("web", ["ip"]), app("mail", ["ip"])]));
    await simulate(model, async ({ step, ownerOf, actions }) => {
      await step();
      await step(...failure("g.web"));
      expect(actions()).toEqual(["g.web stop on db-1", "g.web start on db-1"]);
      await step(...failure("g.ip"));
      expect(actions().slice(-3)[0]).toBe("g.ip start on db-1");
      expect(actions()).toHaveLength(6);
      for (let failures = 0; failures < 3; failures++) await step(...failure("g.mail"));
      await step(...failure("g.mail"));
      expect(["g.ip", "g.web", "g.mail"].map(ownerOf)).toEqual(["db-2", "db-2", "db-2"]);
    });
  });

  it("never runs a group where one of its resources may not", async () => {
    const bound = { ...app("b"), possibleOwners: ["db-1"] };
    await simulate(modelOf(groupOf("g", [app("a"), bound])), async ({ step, ownerOf }) => {
      await step();
      expect(ownerOf("g.a")).toBe("db-1");
      await step("-d", "db-1");
      expect(ownerOf("g.a")).toBeNull();
    });
  });

  it("keeps groups of one class apart, and together on the last node", async () => {
    const apart = { antiAffinity: ["heavy"] };
    const model = modelOf(groupOf("g", [app("a")], apart), groupOf("h", [app("b")], apart));
    await simulate(model, async ({ step, ownerOf }) => {
      await step();
      expect([ownerOf("g.a"), ownerOf("h.b")].sort()).toEqual(["db-1", "db-2"]);
      await step("-d", "db-1");
      expect([ownerOf("g.a"), ownerOf("h.b")]).toEqual(["db-2", "db-2"]);
      await step("-u", "db-1");
      expect([ownerOf("g.a"), ownerOf("h.b")]).toEqual(["db-2", "db-2"]);
    });
  });

  it("does not start a group without automatic start", async () => {
    await simulate(
      modelOf(groupOf("g", [app("a")], { priority: "noAutoStart" })),
      async ({ step, ownerOf }) => {
        await step();
        expect(ownerOf("g.a")).toBeNull();
      },
    );
  });

  it("tries a failed start again on the node", async () => {
    await simulate(modelOf(groupOf("g", [app("a")])), async ({ step, ownerOf }) => {
      await step("-F", "g.a_start_0@db-1=1");
      await step();
      expect(ownerOf("g.a")).toBe("db-1");
    });
  });
});
