/** A whole controller on a free port with its own database, and clients of it, for tests. */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AppRouter, DeploymentView } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { type Logger, silentLogger, systemClock } from "@bulkhead/runtime";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import superjson, { type SuperJSONResult } from "superjson";
import { vi } from "vitest";
import { type Controller, startController } from "../controller.ts";
import { FakeAgent } from "./fake-agent.ts";
import { addressOf } from "./fleet-file.ts";

export interface Answer<T> {
  status: number;
  data: T;
  message: string;
  refusals: Refusal[];
}

export interface Rig {
  controller: Controller;
  dataDir: string;
  /** Token of the local CLI. */
  token: string;
  restart(): Promise<void>;
  close(): Promise<void>;
  agent(name: string, machineId?: string): FakeAgent;
  /** Makes a token for the name, enrols and connects. */
  join(name: string): Promise<FakeAgent>;
  query<T>(path: string, input?: unknown): Promise<Answer<T>>;
  mutate<T>(path: string, input: unknown): Promise<Answer<T>>;
  /** Plans, applies, and waits for the end. */
  deploy(yaml: string): Promise<DeploymentView>;
  ended(deploymentId: string): Promise<DeploymentView>;
}

export type Outputs = inferRouterOutputs<AppRouter>;
export type Inputs = inferRouterInputs<AppRouter>;

/** `log` for looking at a failing test. */
export async function startRig(log: Logger = silentLogger): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), "bulkhead-ctl-"));
  // Open to the account that Postgres runs as when we are root: then the data lies here and goes with the rest.
  await chmod(dataDir, 0o755);
  const start = () => startOn(dataDir, log);
  const agents: FakeAgent[] = [];
  const controller = await start().catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const rig: Rig = {
    controller,
    dataDir,
    token: (await readFile(join(dataDir, "cli-token"), "utf8")).trim(),
    async restart() {
      await rig.controller.stop();
      rig.controller = await start();
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.disconnect()));
      await rig.controller.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
    agent(name, machineId = `machine-${name}`) {
      const agent = new FakeAgent({ baseUrl: rig.controller.url, machineId, address: addressOf(name) });
      agents.push(agent);
      return agent;
    },
    join: (name) => joinNode(rig, name),
    query: (path, input) => call(rig, { path, input, method: "GET" }),
    mutate: (path, input) => call(rig, { path, input, method: "POST" }),
    deploy: (yaml) => deploy(rig, yaml),
    ended: (id) => ended(rig, id),
  };
  return rig;
}

function startOn(dataDir: string, log: Logger): Promise<Controller> {
  return startController({
    dataDir,
    host: "127.0.0.1",
    port: 0,
    databaseUrl: null,
    publicUrl: null,
    checkoutDir: resolve(import.meta.dirname, "../../../.."),
    clock: systemClock,
    log,
    onDatabaseLost: () => {},
  });
}

async function joinNode(rig: Rig, name: string): Promise<FakeAgent> {
  const agent = rig.agent(name);
  const token = await rig.mutate<Outputs["nodes"]["createToken"]>("nodes.createToken", { name });
  const enrolled = await agent.enrol(token.data.token);
  if (enrolled.status !== 200) throw new Error(enrolled.body);
  agent.connect();
  await vi.waitFor(() => must(agent.isWelcome, `${name} is welcome`), 30_000);
  return agent;
}

async function deploy(rig: Rig, yaml: string): Promise<DeploymentView> {
  const plan = await rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml });
  if (!plan.data.report.plan) throw new Error(JSON.stringify(plan.data));
  const order = { planId: plan.data.id, hash: plan.data.hash };
  const deployment = await rig.mutate<DeploymentView>("deployments.start", order);
  if (deployment.status !== 200) throw new Error(deployment.message);
  return await ended(rig, deployment.data.id);
}

function ended(rig: Rig, id: string): Promise<DeploymentView> {
  const look = async () => {
    const { data } = await rig.query<DeploymentView>("deployments.get", { id });
    must(data.state !== "running", `deployment ended: ${data.why}`);
    return data;
  };
  return vi.waitFor(look, { timeout: 45_000, interval: 50 });
}

export function must(isMet: boolean, what: string): void {
  if (!isMet) throw new Error(`not (yet): ${what}`);
}

async function call<T>(
  { controller, token }: Rig,
  { path, input, method }: { path: string; input: unknown; method: "GET" | "POST" },
): Promise<Answer<T>> {
  const body = JSON.stringify(superjson.serialize(input));
  const query = method === "GET" && input !== undefined ? `?input=${encodeURIComponent(body)}` : "";
  const response = await fetch(`${controller.url}/trpc/${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(method === "POST" ? { body } : {}),
  });
  const reply = (await response.json()) as {
    result?: { data: SuperJSONResult };
    error?: { json: { message: string; data: { refusals: Refusal[] } } };
  };
  return {
    status: response.status,
    data: reply.result ? superjson.deserialize<T>(reply.result.data) : (undefined as T),
    message: reply.error?.json.message ?? "",
    refusals: reply.error?.json.data.refusals ?? [],
  };
}
