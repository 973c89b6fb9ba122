/**
 * The lab's own main program, inside its namespaces. It holds the bridges, the nodes, the power strip and the control socket;
 * when it ends, for whatever reason, the kernel ends everything else with it.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { bringUpFleet } from "./bring-up.ts";
import { type LabRequest, serveControl } from "./control.ts";
import { createLabNode, type LabNode } from "./node.ts";
import { serveInit, servePower, sharePath } from "./node-services.ts";
import { type Places, placesOf } from "./places.ts";
import { progress } from "./progress.ts";
import { ensureSeed, prepareShare } from "./provision.ts";
import { startRelay } from "./relay.ts";
import { run } from "./run.ts";
import { attachDisks, ensureSharedDisks } from "./shared-disk.ts";
import { type NodeSpec, network, nodeSpecs, type PairChoice, type Tier } from "./topology.ts";
import { readTraffic } from "./traffic-report.ts";
import { buildBridges, linksOf } from "./wires.ts";

export interface FabricOptions {
  dataDir: string;
  tiers: Tier[];
  pairs: PairChoice;
  /** Corosync's token of the pairs, ms; null = the product's own. */
  tokenMs: number | null;
  /** False: nodes only, nobody is enrolled and nothing applied. */
  fleet: boolean;
}

/** Runs the lab until standard input closes or a signal asks it to end. */
export async function runFabric(options: FabricOptions): Promise<void> {
  const startedAt = performance.now();
  const places = placesOf(options.dataDir);
  process.chdir(places.data);
  const nodes = new Map<string, LabNode>();
  const end = endOnRequest(nodes, places);
  const specs = nodeSpecs(options.pairs).filter(({ tier }) => options.tiers.includes(tier));
  await progress("network", buildBridges);
  await progress("disks", () => prepareDisks(places, specs));
  const relay = {
    host: network.controllerAddress,
    port: network.controllerPort,
    socketPath: "controller.sock",
  };
  await startRelay(relay);
  for (const spec of specs) nodes.set(spec.name, await makeNode(spec, places));
  await servePowerStrips(nodes, places);
  await serveControl("lab.sock", (request) => answer(request, nodes, places));
  await writeFile(
    places.facts,
    `${JSON.stringify({ tiers: options.tiers, vip: network.vip, nodes: [...nodes.keys()] })}\n`,
  );
  await progress("nodes", () => Promise.all([...nodes.values()].map((node) => node.powerOn())));
  const problems = options.fleet ? await bringUpFleet({ ...options, nodes, files: places.files }) : [];
  console.log(JSON.stringify({ ready: true, ms: Math.round(performance.now() - startedAt), problems }));
  await end;
}

/** Overlays need a file system that can be an upper layer; where the data directory's cannot, memory serves. */
async function prepareDisks(places: Places, specs: NodeSpec[]): Promise<void> {
  await ensureSeed(places);
  const trial = `${places.disks}/trial`;
  await mkdir(`${trial}/upper`, { recursive: true });
  await mkdir(`${trial}/work`, { recursive: true });
  // /etc and /var stand for all: a data directory below one of them cannot be its upper layer.
  let works = true;
  for (const lower of ["/etc", "/usr", "/var", "/opt"]) {
    const layers = `lowerdir=${lower},upperdir=${trial}/upper,workdir=${trial}/work`;
    const plain = await run(["mount", "-t", "overlay", "-o", layers, "overlay", "/mnt"]);
    const mounted =
      plain.code === 0
        ? plain
        : await run(["mount", "-t", "overlay", "-o", `${layers},userxattr`, "overlay", "/mnt"]);
    works &&= mounted.code === 0;
    if (mounted.code === 0) await run(["umount", "/mnt"]);
  }
  await rm(trial, { recursive: true, force: true });
  if (!works) {
    const mounted = await run(["mount", "-t", "tmpfs", "-o", "mode=755", "disks", places.disks]);
    if (mounted.code !== 0) throw new Error(`The nodes' disks could not be made: ${mounted.stderr.trim()}`);
  }
  await ensureSharedDisks(places, specs);
}

/** Each pair has a power strip of its own, which only its own nodes can switch. */
async function servePowerStrips(nodes: Map<string, LabNode>, places: Places): Promise<void> {
  for (const { spec } of nodes.values()) {
    if (spec.pair === null) continue;
    const pair = [...nodes.values()].filter((node) => node.spec.pair === spec.pair);
    await servePower(sharePath(places, spec.name), pair);
  }
}

async function makeNode(spec: NodeSpec, places: Places): Promise<LabNode> {
  await prepareShare(places, spec);
  const node = createLabNode({
    spec,
    places,
    ...(spec.kind === "db" ? { attachDisks: () => attachDisks(places, spec) } : {}),
  });
  await serveInit(sharePath(places, spec.name), node);
  return node;
}

async function answer(
  request: LabRequest,
  nodes: Map<string, LabNode>,
  places: Places,
): Promise<Record<string, unknown>> {
  if (request.verb === "status") return { nodes: [...nodes.values()].map((node) => node.status()) };
  if (request.verb === "traffic") return { traffic: await readTraffic(places) };
  const node = nodes.get(request.node);
  if (node === undefined) {
    throw new Error(`There is no node '${request.node}' in the lab. It has ${[...nodes.keys()].join(", ")}.`);
  }
  if (request.verb === "exec")
    return { ...(await node.exec(request.argv, request.input, request.timeoutMs)) };
  const startedAt = performance.now();
  const more = await switchNode(request, node);
  return { node: node.status(), ms: Math.round(performance.now() - startedAt), ...more };
}

/** Carries out a fault, or undoes all of them. Resolves with what is to be told beside the node's state. */
async function switchNode(
  request: Exclude<LabRequest, { verb: "status" | "traffic" | "exec" }>,
  node: LabNode,
): Promise<Record<string, unknown>> {
  switch (request.verb) {
    case "kill":
      await node.powerOff();
      return {};
    case "cut":
      await node.cut(request.link === "all" ? linksOf(node.spec) : [request.link ?? "eth0"]);
      return {};
    case "kill-process":
      return { processes: await node.signalProcesses(request.name, request.signal ?? "SIGKILL") };
    case "fill":
      return { bytes: await node.fill(request.path) };
    default:
      await node[request.verb]();
      return {};
  }
}

/** Resolves when somebody asked the lab to end and every node is off, its disks let go. */
function endOnRequest(nodes: Map<string, LabNode>, places: Places): Promise<void> {
  return new Promise((resolve) => {
    const end = async () => {
      await Promise.allSettled([...nodes.values()].map((node) => node.powerOff()));
      await rm(places.socket, { force: true });
      await rm(places.facts, { force: true });
      resolve();
      process.exit(0);
    };
    process.once("SIGTERM", () => void end());
    process.once("SIGINT", () => void end());
    process.stdin.once("end", () => void end()).once("error", () => void end());
    process.stdin.resume();
  });
}
