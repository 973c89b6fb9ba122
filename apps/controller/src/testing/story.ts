/** What the stories over a whole controller share: nodes that have joined, what they see, what the log keeps. */
import { silentLogger } from "@bulkhead/runtime";
import { afterAll, beforeAll, expect, vi } from "vitest";
import type { FakeAgent } from "./fake-agent.ts";
import { fleetYaml, nodeNames } from "./fleet-file.ts";
import { must, type Outputs, type Rig, startRig } from "./rig.ts";
import { memberView, mscsStatus, wlbsStatus } from "./statuses.ts";

export interface Story {
  /** Valid from the first test on. */
  readonly rig: Rig;
  agents: Map<string, FakeAgent>;
  agent(name: string): FakeAgent;
  snapshot(): Promise<Outputs["fleet"]["snapshot"]>;
  /** The audit events with this action, newest first. */
  auditOf(action: string): Promise<Outputs["audit"]["list"]>;
  /** All nodes of `fleetYaml` that have not joined yet. */
  joinAll(): Promise<void>;
  /** Healthy reports of all nodes; web-1 is the default host. */
  reportWell(): void;
  /** Everybody joins and reports well, and `fleetYaml` is in force. */
  deployAll(): Promise<void>;
}

/** One controller for a test file; at its end the log must be free of failures. Call it at the top of the file. */
export function startStory(): Story {
  vi.setConfig({ testTimeout: 60_000 });
  const errors: string[] = [];
  let rig: Rig | null = null;
  beforeAll(async () => {
    const error = (fields: Record<string, unknown>, message: string) => {
      errors.push(`${message} ${String(fields["err"])}`);
    };
    rig = await startRig({ ...silentLogger, error });
  }, 120_000);
  afterAll(async () => {
    await rig?.close();
    expect(errors).toEqual([]);
  }, 120_000);
  return storyOn(() => {
    if (!rig) throw new Error("the controller is not up yet");
    return rig;
  });
}

function storyOn(rigNow: () => Rig): Story {
  const agents = new Map<string, FakeAgent>();
  const story: Story = {
    get rig() {
      return rigNow();
    },
    agents,
    agent(name) {
      const agent = agents.get(name);
      if (!agent) throw new Error(`${name} has not joined`);
      return agent;
    },
    snapshot: async () => (await rigNow().query<Outputs["fleet"]["snapshot"]>("fleet.snapshot")).data,
    async auditOf(action) {
      const { data } = await rigNow().query<Outputs["audit"]["list"]>("audit.list", { limit: 500 });
      return data.filter((record) => record.action === action);
    },
    async joinAll() {
      for (const name of nodeNames) if (!agents.has(name)) agents.set(name, await rigNow().join(name));
    },
    reportWell: () => reportWell(agents),
    async deployAll() {
      await story.joinAll();
      story.reportWell();
      const { state, why } = await rigNow().deploy(fleetYaml());
      must(state === "done", `deployed: ${why}`);
    },
  };
  return story;
}

function reportWell(agents: ReadonlyMap<string, FakeAgent>): void {
  const hosts = ["web-1", "web-2", "web-3"];
  for (const [name, agent] of agents) {
    if (name.startsWith("db-")) agent.status = mscsStatus(name);
    const hostId = hosts.indexOf(name) + 1;
    if (hostId === 0) continue;
    const members = [1, 2, 3].map((id) => memberView(id));
    agent.status = wlbsStatus({ isDefaultHost: hostId === 1, hostId, members });
  }
}

export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 50 });
}
