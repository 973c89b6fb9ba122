/**
 * Brings the engine of a pair up on this node: files, daemons in order, and the first configuration. Idempotent:
 * on a node that already runs as wanted it changes nothing.
 */
import { type CibModel, compileCib, type MscsPolicy } from "@bulkhead/core/mscs";
import {
  corosyncConf,
  corosyncConfMark,
  deviceSettings,
  newCib,
  type PacemakerRunner,
  type XmlElement,
} from "@bulkhead/pacemaker";
import type { BundleSecrets } from "@bulkhead/protocol";
import type { Logger } from "@bulkhead/runtime";
import { restartDevice } from "./device-keeper.ts";
import {
  type EnginePaths,
  hasCib,
  keepBefore,
  readOrNull,
  removeCib,
  seedCib,
  writeIfChanged,
} from "./files.ts";
import { installOcfAgents } from "./ocf-agents.ts";
import type { Triggers } from "./tracker-triggers.ts";
import { type Waiting, waitUntil } from "./wait.ts";
import type { installWitnessKeys } from "./witness-keys.ts";

export interface EngineTools extends Waiting {
  runner: PacemakerRunner;
  /** Puts the certificates of the witness in place; true if they are new. */
  installKeys: typeof installWitnessKeys;
  /** Rejects when somebody else answers for an address that the pair is to take. */
  checkAddresses(policy: MscsPolicy, live: () => Promise<XmlElement | null>): Promise<void>;
  paths: EnginePaths;
  log: Logger;
  /** What wakes the tracker; undefined: the engine's subscriptions and alerts. */
  triggers: Triggers | undefined;
}

/**
 * How long the very first start waits for the peer's Corosync. Without it the node that is ready first would
 * fence the other one in the middle of being set up. Later starts do not wait: a dead peer must not hold us up.
 */
const firstPeerWaitMs = 45_000;
/** Cold start of an engine took 5 to 7 s; a loaded machine may need a multiple. */
const engineWaitMs = 60_000;
/** knet needs at least 1024 bits; corosync-keygen makes 2048. */
const authkeyFloorBytes = 128;

/** What one bundle says about this node's engine. */
export interface Wanted {
  policy: MscsPolicy;
  secrets: BundleSecrets;
  /** The peer, while it does not belong to the pair. */
  evicted: string | null;
}

/** Rejects with a sentence for the admin when the engine could not be brought up. */
export async function bringUp(tools: EngineTools, wanted: Wanted): Promise<CibModel> {
  const { runner, paths } = tools;
  const model = compileCib(wanted.policy);
  await installOcfAgents(paths.ocfAgents);
  if (wanted.policy.engine === "adopted") return adopted(tools, model);
  await takeOver(tools);
  const changed = await writeFiles(tools, wanted);
  const isFirst = !(await hasCib(paths));
  if (isFirst) await tools.checkAddresses(wanted.policy, () => Promise.resolve(null));
  if (isFirst) await seedCib(paths, newCib(model));
  await startCorosync(tools, changed);
  await startDevice(tools, wanted.policy, changed);
  if (isFirst) await waitForPeer(tools, wanted);
  if (!(await runner.units.isActive("pacemaker"))) await runner.units.start("pacemaker");
  await waitForEngine(tools);
  return model;
}

/** Takes a changed list of nodes into the running engine. */
export async function rewriteCorosync(tools: EngineTools, wanted: Wanted): Promise<void> {
  const changed = await writeFiles(tools, wanted);
  await startCorosync(tools, changed);
  await startDevice(tools, wanted.policy, changed);
}

/** Somebody else's engine: it must run already, and nothing of it is touched but the groups in its CIB. */
async function adopted(tools: EngineTools, model: CibModel): Promise<CibModel> {
  await waitForEngine(tools);
  return model;
}

/**
 * A file that is neither ours nor the package's example belongs to somebody's cluster: hands off. The example
 * makes a one-node cluster on loopback, which the package starts by itself: that one is stopped and put away.
 */
async function takeOver(tools: EngineTools): Promise<void> {
  const { runner, paths, log } = tools;
  const present = (await readOrNull(paths.corosyncConf))?.toString("utf8") ?? "";
  if (present.startsWith(corosyncConfMark)) return;
  const isExample = /^\s*cluster_name:\s*debian\s*$/m.test(present);
  if (present !== "" && !isExample) {
    throw new Error(
      `This node already belongs to a Corosync cluster that Bulkhead did not set up (${paths.corosyncConf}). If it is no longer needed, stop pacemaker and corosync and move that file away, then apply again`,
    );
  }
  log.info({}, "setting up the engine of the pair for the first time");
  await keepBefore(paths, paths.corosyncConf);
  for (const unit of ["pacemaker", "corosync-qdevice", "corosync"] as const) {
    if (await runner.units.isActive(unit)) await runner.units.stop(unit);
  }
  await removeCib(paths);
}

interface Changed {
  /** Something that Corosync reads. */
  corosync: boolean;
  /** Something that qdevice reads only when it starts: its settings, or its certificates. */
  device: boolean;
}

async function writeFiles(
  { paths, installKeys }: EngineTools,
  { policy, secrets, evicted }: Wanted,
): Promise<Changed> {
  const authkey = secrets.corosyncAuthkey;
  const isKeyNew = authkey !== undefined && (await writeAuthkey(paths, authkey));
  if (authkey === undefined && (await readOrNull(paths.authkey)) === null) {
    throw new Error("The bundle carries no key for the pair's heartbeats; apply the deployment again");
  }
  const place = { directory: paths.qdeviceKeys, nickname: "Cluster Cert" } as const;
  const keys = policy.witness !== null && (await installKeys(place, secrets));
  const before = (await readOrNull(paths.corosyncConf))?.toString("utf8") ?? "";
  const text = corosyncConf(policy, evicted);
  const isConfNew = await writeIfChanged(paths.corosyncConf, text, 0o644);
  const device = keys || deviceSettings(before) !== deviceSettings(text);
  return { corosync: isKeyNew || isConfNew, device };
}

async function writeAuthkey(paths: EnginePaths, authkey: string): Promise<boolean> {
  const key = Buffer.from(authkey, "base64");
  if (key.length < authkeyFloorBytes) {
    throw new Error(
      `The pair's heartbeat key has ${key.length} bytes; Corosync needs at least ${authkeyFloorBytes}`,
    );
  }
  return writeIfChanged(paths.authkey, key, 0o400);
}

async function startCorosync({ runner, log }: EngineTools, changed: Changed): Promise<void> {
  if (!(await runner.units.isActive("corosync"))) return runner.units.start("corosync");
  if (!changed.corosync) return;
  log.info({}, "corosync reads its changed files again");
  await runner.reloadCorosync();
}

/** A node that is alone needs the witness's vote at every moment: then the restart waits until the peer is there. */
async function startDevice(tools: EngineTools, policy: MscsPolicy, changed: Changed): Promise<void> {
  const { units } = tools.runner;
  const isRunning = await units.isActive("corosync-qdevice");
  if (policy.witness === null) {
    if (isRunning) await units.stop("corosync-qdevice");
    return;
  }
  if (isRunning && changed.device) await restartDevice(tools);
  else await units.start("corosync-qdevice");
}

async function waitForPeer(tools: EngineTools, { policy, evicted }: Wanted): Promise<void> {
  const isComplete = async () => {
    const members = (await tools.runner.quorum())?.members ?? [];
    return policy.nodes.every(({ node, nodeId }) => node === evicted || members.includes(nodeId));
  };
  if (await waitUntil(tools, firstPeerWaitMs, isComplete)) return;
  tools.log.warn(
    { waitedMs: firstPeerWaitMs },
    "the other node of the pair was not seen; going on without it",
  );
}

async function waitForEngine(tools: EngineTools): Promise<void> {
  let why: string | null = null;
  const answers = async () => {
    const view = await tools.runner.read();
    why = view.engineBlind;
    return why === null && view.dc !== null;
  };
  if (await waitUntil(tools, engineWaitMs, answers)) return;
  throw new Error(
    `Pacemaker has not come up within ${engineWaitMs / 1000} s: ${why ?? "no coordinator was elected"}. Look at /var/log/pacemaker/pacemaker.log on this node`,
  );
}
