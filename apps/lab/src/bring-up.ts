/**
 * Makes a fleet of the running nodes, by the ways that are open to any admin: a one-use token and the install script
 * for each node, then a plan of the lab's fleet file, then its deployment.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasBroker } from "./broker-program.ts";
import { controllerReady, download, mutate, query } from "./controller-call.ts";
import { fleetText } from "./fleet-text.ts";
import type { LabNode } from "./node.ts";
import { postgresPrograms } from "./postgres-programs.ts";
import { progress } from "./progress.ts";
import { network, type PairChoice, type Tier } from "./topology.ts";
import { until } from "./until.ts";

export interface BringUpOptions {
  nodes: Map<string, LabNode>;
  tiers: Tier[];
  pairs: PairChoice;
  tokenMs: number | null;
  /** Directory with the lab's files; the fleet file lies beside it. */
  files: string;
}

interface Refusal {
  rule: string;
  message: string;
  cure: string;
}

/** The part of the controller's snapshot that the lab looks at. */
interface Snapshot {
  nodes: { name: string; online: boolean; machineId: string }[];
  wlbs: { name: string; state: string; why: string | null }[];
  mscs: { name: string; why: string | null; view: { groups: { name: string; state: string }[] } | null }[];
}

const controllerUrl = `http://${network.controllerAddress}:${network.controllerPort}`;
const snapshot = () => query<Snapshot>("fleet.snapshot");

/**
 * Enrols all nodes, applies the fleet file and waits until the front tier has converged and every group is online.
 * Rejects when no fleet can be made. Resolves with what is not well at the end: such a lab stays up, to be looked into.
 */
export async function bringUpFleet(options: BringUpOptions): Promise<string[]> {
  const ready = () => until("the controller", controllerReady, { timeoutMs: 60_000, everyMs: 100 });
  await progress("controller", ready);
  const managed = [...options.nodes.values()].filter(({ spec }) => spec.managed);
  await progress("enrolment", () => enrolAll(managed));
  const problems: string[] = [];
  const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error));
  const { planHash } = await query<{ planHash: string | null }>("intent.current");
  if (planHash === null) await progress("fleet file", () => applyFleetFile(options)).catch(note);
  if (problems.length > 0) return problems;
  await progress("front tier", awaitFront).catch(note);
  if (options.tiers.includes("back")) await progress("back tier", awaitBack).catch(note);
  return problems;
}

async function enrolAll(nodes: LabNode[]): Promise<void> {
  const known = new Map((await snapshot()).nodes.map((node) => [node.name, node.machineId]));
  await Promise.all(nodes.map((node) => enrol(node, known.get(node.spec.name))));
  await until(
    "all nodes to be online",
    async () => {
      const online = (await snapshot()).nodes.filter((node) => node.online).map((node) => node.name);
      const missing = nodes.filter(({ spec }) => !online.includes(spec.name)).map(({ spec }) => spec.name);
      if (missing.length > 0) throw new Error(`${missing.join(", ")} not online yet.`);
      return true;
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}

/**
 * The install script's own path. A node that the controller already knows keeps its identity, and is left alone while
 * its agent is the one that the controller serves.
 */
async function enrol(node: LabNode, knownMachineId: string | undefined): Promise<void> {
  const { stdout: machineId } = await node.exec(["cat", "/etc/machine-id"]);
  const identity = await node.exec(["test", "-s", "/var/lib/bulkhead/identity.json"]);
  const known = identity.code === 0 && knownMachineId === machineId.trim();
  if (known && (await isCurrent(node))) return;
  const settings = known ? [] : ["BULKHEAD_TOKEN_FILE=/run/bulkhead-token"];
  // An identity that the controller does not know is from another life of this data directory.
  if (!known && identity.code === 0) settings.push("BULKHEAD_REENROL=1");
  if (!known) await handOverToken(node);
  const install = `curl -fsSL ${controllerUrl}/install.sh | ${settings.join(" ")} sh`;
  const result = await node.exec(["bash", "--norc", "-o", "pipefail", "-c", install], "", 180_000);
  await node.exec(["rm", "-f", "/run/bulkhead-token"]);
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().slice(-500);
    throw new Error(`Installing the agent on ${node.spec.name} failed: ${said}`);
  }
}

async function handOverToken(node: LabNode): Promise<void> {
  const name = node.spec.name;
  const { token } = await mutate<{ token: string }>("nodes.createToken", { name, ttlMinutes: 15 });
  await node.exec(["sh", "-c", "umask 077; cat > /run/bulkhead-token"], token);
}

/** The installed release carries the digest of the agent in its name. */
async function isCurrent(node: LabNode): Promise<boolean> {
  const release = await node.exec(["readlink", "/opt/bulkhead/agent"]);
  const { sha256 } = JSON.parse(await download("/agent/manifest.json")) as { sha256: string };
  return release.stdout.trim().endsWith(sha256.slice(0, 12));
}

async function applyFleetFile({ files, tiers, pairs, tokenMs }: BringUpOptions): Promise<void> {
  const yaml = fleetText({
    file: await readFile(join(files, "../fleet.yaml"), "utf8"),
    secondPair: await readFile(join(files, "../fleet-pair-2.yaml"), "utf8"),
    hasBackTier: tiers.includes("back"),
    hasSecondPair: pairs === "two",
    hasBroker: hasBroker(),
    postgresPrograms: postgresPrograms(),
    tokenMs,
  });
  const plan = await mutate<{ id: string; hash: string; report: { refusals: Refusal[]; plan: unknown } }>(
    "plans.create",
    { yaml },
  );
  if (plan.report.plan === null)
    throw new Error(`The lab's fleet file is refused: ${explain(plan.report.refusals)}`);
  const started = await mutate<{ id: string } | { refusals: Refusal[] }>("deployments.start", {
    planId: plan.id,
    hash: plan.hash,
  });
  if ("refusals" in started) throw new Error(`The deployment is refused: ${explain(started.refusals)}`);
  const ended = await until("the deployment to end", () => endOfDeployment(started.id), {
    timeoutMs: 120_000,
    everyMs: 200,
  });
  if (ended.state !== "done") throw new Error(`The deployment is ${ended.state}: ${ended.why}`);
}

interface Deployment {
  state: "running" | "done" | "refused" | "failed";
  why: string | null;
}

/** Null while it runs. */
async function endOfDeployment(id: string): Promise<Deployment | null> {
  const deployment = await query<Deployment>("deployments.get", { id });
  return deployment.state === "running" ? null : deployment;
}

async function awaitFront(): Promise<void> {
  const converged = async () => {
    const waiting = (await snapshot()).wlbs.find(({ state }) => state !== "converged");
    if (waiting !== undefined) throw new Error(`${waiting.name} is ${waiting.state}: ${waiting.why}`);
    return true as const;
  };
  await until("the front tier to converge", converged, { timeoutMs: 60_000, everyMs: 200 });
}

async function awaitBack(): Promise<void> {
  const online = async () => {
    for (const cluster of (await snapshot()).mscs) {
      const groups = cluster.view?.groups ?? [];
      const waiting = groups.find(({ state }) => state !== "online");
      if (groups.length === 0) throw new Error(`${cluster.name}: no group seen yet. ${cluster.why ?? ""}`);
      if (waiting !== undefined)
        throw new Error(`Group ${waiting.name} is ${waiting.state}. ${cluster.why ?? ""}`);
    }
    return true as const;
  };
  await until("the groups to come online", online, { timeoutMs: 120_000, everyMs: 200 });
}

function explain(refusals: Refusal[]): string {
  return refusals.map(({ rule, message, cure }) => `${rule}: ${message}. ${cure}`).join(" ");
}
