/**
 * What the tests of the running agent share: a fresh root, a fake controller on loopback, a recording half, and the
 * real agent between them. One `Bench` per test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { InventoryReport } from "@bulkhead/protocol";
import { sampleMscsPolicy, samplePolicies } from "@bulkhead/protocol/samples";
import { silentLogger, systemClock } from "@bulkhead/runtime";
import { Agent } from "../agent.ts";
import { enrol } from "../enrol.ts";
import { loadIdentity } from "../identity.ts";
import { type NodePaths, nodePaths } from "../paths.ts";
import { FakeController, HalfRecord, until } from "./fake-controller.ts";

export const machineId = "0123456789abcdef0123456789abcdef";
export const wlbsPolicy = policyOf("wlbs");
export const none = policyOf("none");

function policyOf(service: NodePolicy["service"]): NodePolicy {
  const found = samplePolicies.find((policy) => policy.service === service);
  if (!found) throw new Error(`There is no sample policy for service ${service}.`);
  return found;
}
export const wall = wlbsPolicy.wall;

/** A pair of which the node of these tests is the first member. */
export const mscsForUs: NodePolicy = {
  service: "mscs",
  wall,
  mscs: {
    ...sampleMscsPolicy,
    nodes: [{ ...sampleMscsPolicy.nodes[0], node: "web-1" }, sampleMscsPolicy.nodes[1]],
  },
};

export class Bench {
  readonly root = mkdtempSync(join(tmpdir(), "bulkhead-agent-"));
  readonly controller = new FakeController();
  readonly half = new HalfRecord();
  readonly paths: NodePaths = nodePaths(this.root);
  /** What the machine will say about its daemons. */
  seen: InventoryReport["servicesSeen"] = [];
  releases = 0;
  #agents: Agent[] = [];

  readonly system = {
    machineId: () => machineId,
    inventory: async (): Promise<InventoryReport> => ({
      machineId,
      hostname: "test",
      agentVersion: "0.1.0",
      kernel: "test",
      addresses: [],
      servicesSeen: this.seen,
    }),
  };

  static async open(): Promise<Bench> {
    const bench = new Bench();
    await bench.controller.start();
    return bench;
  }

  async close(): Promise<void> {
    await this.stopAgents();
    await this.controller.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  enrolAs(name: string, token = this.controller.token(name), controllerUrl = this.controller.url) {
    return enrol({ controllerUrl, token, paths: this.paths, system: this.system });
  }

  async startAgent(): Promise<Agent> {
    const identity = loadIdentity(this.paths.identity);
    if (!identity.ok) throw new Error(identity.problem);
    const agent = new Agent({
      identity: identity.value,
      controllers: [this.controller.url],
      paths: this.paths,
      system: this.system,
      clock: systemClock,
      log: silentLogger,
      periods: { resumeMs: 50, inventoryMs: 50 },
      loadHalf: async (service) => this.half.create(service),
      onReleased: () => {
        this.releases += 1;
      },
    });
    this.#agents.push(agent);
    await agent.listen();
    return agent;
  }

  async linkedAgent(): Promise<Agent> {
    await this.enrolAs("web-1");
    const agent = await this.startAgent();
    await until("the link", () => agent.facts().linked);
    return agent;
  }

  /** As when the service is stopped or the machine is restarted. */
  async stopAgents(): Promise<void> {
    const agents = this.#agents;
    this.#agents = [];
    await Promise.all(agents.map((agent) => agent.stop()));
  }

  /** Offers over the link and waits for the answer. */
  async push(policy: NodePolicy, generation: number, over = {}) {
    const { controller } = this;
    const before = controller.frames.length;
    controller.send({ type: "bundle", envelope: controller.bundle(policy, generation, over) });
    await until("an answer", () =>
      controller.frames.slice(before).some(({ type }) => type === "bundleResult"),
    );
    return controller.frame("bundleResult");
  }
}
