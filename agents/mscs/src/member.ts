/** This node as a member of its pair: everything that one policy needs, put together. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CibModel, MscsPolicy } from "@bulkhead/core/mscs";
import { compileCib } from "@bulkhead/core/mscs";
import type { BundleSecrets } from "@bulkhead/protocol";
import type { HalfContext } from "@bulkhead/runtime";
import { type ActBoard, createActBoard } from "./acts/board.ts";
import { createDesk, type Desk } from "./acts/desk.ts";
import { createMembership, type OwnEngine } from "./acts/membership.ts";
import { keepPaused } from "./acts/pause-keeper.ts";
import { bringUp, type EngineTools, rewriteCorosync } from "./bring-up.ts";
import { createCarrierKeeper } from "./carrier-keeper.ts";
import { type Configured, checkDrift, configure } from "./configure.ts";
import { keepDevice } from "./device-keeper.ts";
import { readEvicted, writeEvicted } from "./evicted.ts";
import { removeCib } from "./files.ts";
import { releaseNode, stopEngine } from "./release.ts";
import { createTracker, type Tracker } from "./tracker.ts";

/** What the newest bundle says; replaced as a whole. */
export interface InForce {
  policy: MscsPolicy;
  secrets: BundleSecrets;
}

export interface Member {
  /** This node. */
  readonly node: string;
  readonly tracker: Tracker;
  readonly desk: Desk;
  readonly tools: EngineTools;
  inForce: InForce;
  /** What the engine was given; null until `inForce` was carried out. */
  model: CibModel | null;
  /** The last `model` of this life, also while a newer policy is refused. */
  before: CibModel | null;
  /** Carries `inForce` out; rejects with a sentence for the admin. */
  carryOut(): Promise<void>;
}

interface Records {
  /** Digest of the policy that this node last saw in force. */
  policy: string;
  evicted: string;
}

export function createMember(context: HalfContext, tools: EngineTools, inForce: InForce): Member {
  const records = recordsIn(context.stateDir);
  const board = createActBoard({ stateDir: context.stateDir, onChange: () => tracker.actsChanged() });
  const { cluster } = inForce.policy;
  const tracker = trackerOf({ context, cluster, board, tools, member: () => member });
  const desk = createDesk({
    ...tools,
    board,
    onEnd: () => void tracker.refresh(),
    tools: () => ({
      node: context.node,
      policy: member.inForce.policy,
      model: member.model ?? compileCib(member.inForce.policy),
      orders: tools.runner.orders,
      membership: createMembership(ownEngine(context.node, member, records)),
      revert: () => revert(member),
    }),
  });
  let isRecovered = false;
  const member: Member = {
    node: context.node,
    tracker,
    desk,
    tools,
    inForce,
    model: null,
    before: null,
    async carryOut() {
      await carryOut(context.node, member, records);
      if (isRecovered || member.model === null) return;
      await desk.recover();
      isRecovered = true;
    },
  };
  return member;
}

/** Files of this half's own, in its state directory. */
function recordsIn(stateDir: string): Records {
  return { policy: join(stateDir, "policy-in-force"), evicted: join(stateDir, "evicted") };
}

/** Leaves the pair and puts this node back as it was; also what a former life of the agent has set up. */
export async function releaseMember(stateDir: string, tools: EngineTools): Promise<void> {
  const { policy, evicted } = recordsIn(stateDir);
  await releaseNode(tools, [policy, evicted]);
  for (const name of await readdir(stateDir).catch(() => []))
    await rm(join(stateDir, name), { recursive: true, force: true });
}

/** `member` is asked only once the tracker runs. */
function trackerOf(parts: {
  context: HalfContext;
  cluster: string;
  board: ActBoard;
  tools: EngineTools;
  member: () => Member;
}): Tracker {
  const { context, cluster, board, tools, member } = parts;
  const { runner, triggers } = tools;
  const { node, clock, log } = context;
  const keepCarrier = createCarrierKeeper({ node, clock, log, orders: runner.orders });
  return createTracker({
    context,
    cluster,
    runner,
    policy: () => member().inForce.policy,
    ...(triggers === undefined ? {} : { triggers }),
    acts: () => board.acts(),
    onConfiguration: () => lookForDrift(member()),
    onView: async (view) => {
      const inForce = member().model === null ? null : member().inForce.policy;
      await keepPaused({ node, orders: runner.orders }, view);
      await keepCarrier(inForce, view);
      await keepDevice(tools, inForce);
    },
  });
}

async function carryOut(node: string, member: Member, records: Records): Promise<void> {
  const { tools, tracker, inForce } = member;
  member.model = null;
  const evicted = await readEvicted(records.evicted);
  if (evicted === node) return tracker.setError(evictedText(node, inForce.policy));
  const model = await bringUp(tools, { ...inForce, evicted });
  const found = await configure(tools, model, {
    node,
    recordFile: records.policy,
    policy: inForce.policy,
    before: member.before,
  });
  member.model = model;
  member.before = model;
  tell(tracker, found);
  await forgetOrders(member);
}

/** An order to be offline does not outlive the pair where the policy says so (persistentState false). */
async function forgetOrders({ tools, inForce }: Member): Promise<void> {
  const { orders } = tools.runner;
  const passing = inForce.policy.groups.filter(
    ({ persistentState, priority }) => !persistentState && priority !== "noAutoStart",
  );
  if (!(await orders.hasFormedAnew())) return;
  for (const { name } of passing) await orders.setGroupOnline(name);
}

function evictedText(node: string, { cluster }: MscsPolicy): string {
  return `${node} was evicted from pair ${cluster} and runs no engine. Order "rebuild" for it to take it back, or take it out of the fleet file`;
}

/** Not while a policy is being carried out: then the changes are our own. */
async function lookForDrift({ tools, tracker, model }: Member): Promise<void> {
  if (model === null) return;
  const found = await checkDrift(tools, model);
  if (found !== null) tell(tracker, found);
}

function tell(tracker: Tracker, { drift }: Configured): void {
  tracker.setError(null);
  tracker.setDrift(drift);
}

async function revert(member: Member): Promise<void> {
  const model = member.model ?? compileCib(member.inForce.policy);
  await member.tools.runner.apply(model, null);
  await lookForDrift(member);
}

function ownEngine(node: string, member: Member, records: Records): OwnEngine {
  const { tools } = member;
  const peerOf = () => member.inForce.policy.nodes.find((item) => item.node !== node)?.node ?? "";
  return {
    node,
    orders: tools.runner.orders,
    async leave() {
      await writeEvicted(records.evicted, node);
      await releaseNode(tools, [records.policy]);
      member.model = null;
      member.tracker.setError(evictedText(node, member.inForce.policy));
    },
    async comeBack() {
      await stopEngine(tools);
      await removeCib(tools.paths);
      await writeEvicted(records.evicted, null);
      await carryOut(node, member, records);
    },
    async setPeerMember(isMember) {
      const evicted = isMember ? null : peerOf();
      await writeEvicted(records.evicted, evicted);
      await rewriteCorosync(tools, { ...member.inForce, evicted });
    },
  };
}
