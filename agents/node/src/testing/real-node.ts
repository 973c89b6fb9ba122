/**
 * One node's life on a real kernel, run inside namespaces of its own (see `real-node.lab.test.ts`): the built
 * agent, the real WLBS half, a real link. Prints one JSON object with what was seen, stage by stage.
 * Usage: `real-node.ts DIST_DIR ROOT_DIR`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import { sampleWlbsPolicy } from "@bulkhead/protocol/samples";
import { mscsForUs, none, wall } from "./agent-bench.ts";
import { FakeController, until } from "./fake-controller.ts";

const [dist = "", root = ""] = process.argv.slice(2);
const env = { ...process.env, BULKHEAD_ROOT: root };
const agentFile = join(dist, "agent.mjs");
const [firstHost] = sampleWlbsPolicy.hosts;
const alone: NodePolicy = {
  service: "wlbs",
  wall,
  wlbs: { ...sampleWlbsPolicy, hosts: firstHost === undefined ? [] : [firstHost] },
};
const secrets = { heartbeatKeys: [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }] };

const sh = (line: string): string => execFileSync("sh", ["-c", line], { env }).toString();
const hasTables = (): boolean => sh("nft list tables").includes("bulkhead");
const hasVip = (): boolean => sh("ip -4 addr show").includes(sampleWlbsPolicy.vips[0]?.address ?? "none");

function startAgent() {
  return spawn(process.execPath, [agentFile, "run"], { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function enrolledController(): Promise<FakeController> {
  const controller = new FakeController();
  await controller.start();
  const token = join(root, "token");
  writeFileSync(token, controller.token("web-1"), { mode: 0o600 });
  const child = spawn(
    process.execPath,
    [agentFile, "enrol", "--controller", controller.url, "--token-file", token],
    { env, stdio: ["ignore", "ignore", "inherit"] },
  );
  await once(child, "exit");
  return controller;
}

async function push(controller: FakeController, policy: NodePolicy, generation: number) {
  const over = policy.service === "wlbs" ? { secrets } : {};
  controller.send({ type: "bundle", envelope: controller.bundle(policy, generation, over) });
  const { accepted, refusal } = await controller.frame(
    "bundleResult",
    (frame) => frame.generation === generation,
  );
  return { accepted, rule: refusal?.rule ?? null, reason: refusal?.reason ?? null };
}

const converged = (controller: FakeController) =>
  controller.frame("status", ({ status }) => status.service === "wlbs" && status.wlbs.state === "converged");

async function main(): Promise<void> {
  sh(
    "ip link set lo up; ip link add eth0 type veth peer name wire0; ip link set eth0 up; ip link set wire0 up",
  );
  sh("ip addr add 192.0.2.1/24 dev eth0");
  // Packages of Pacemaker enable its units; a front host must not have them (R3), so this one has no units at all.
  sh("if [ -d /etc/systemd/system ]; then mount -t tmpfs tmpfs /etc/systemd/system; fi");
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  const controller = await enrolledController();
  const seen: Record<string, unknown> = {};

  let agent = startAgent();
  await controller.frame("hello");
  await until("the link", () => controller.isLinked);
  seen.becomesHost = await push(controller, alone, 1);
  await converged(controller);
  seen.serving = { tables: hasTables(), vip: hasVip() };
  seen.refusesOtherService = await push(controller, mscsForUs, 2);

  agent.kill("SIGKILL");
  await once(agent, "exit");
  seen.afterKill = { tables: hasTables(), vip: hasVip() };
  controller.frames.length = 0;
  agent = startAgent();
  await converged(controller);
  seen.afterRestart = { tables: hasTables(), vip: hasVip() };
  seen.query = sh(`${process.execPath} ${agentFile} query`);

  const ended = once(agent, "exit");
  seen.release = await push(controller, none, 3);
  const [exitCode] = (await ended) as [number | null];
  seen.afterRelease = { tables: hasTables(), vip: hasVip(), exitCode };
  controller.frames.length = 0;
  agent = startAgent();
  seen.nextLife = (await controller.frame("hello")).appliedGeneration;
  seen.status = (await controller.frame("status")).status;
  const stopped = once(agent, "exit");
  agent.kill("SIGTERM");
  await stopped;
  await controller.stop();
  process.stdout.write(JSON.stringify(seen));
}

await main();
