/** This node as a member of its pair: everything that one policy needs, put together. */
import { join } from "node:path";
import type { CibModel, MscsPolicy } from "@bulkhead/core/mscs";
import { compileCib } from "@bulkhead/core/mscs";
import type { BundleSecrets } from "@bulkhead/protocol";
import type { HalfContext } from "@bulkhead/runtime";
import { createActBoard } from "./acts/board.ts";
import { createDesk, type Desk } from "./acts/desk.ts";
import { createMembership, type OwnEngine } from "./acts/membership.ts";
import { keepPaused } from "./acts/pause-keeper.ts";
import { bringUp, type EngineTools, rewriteCorosync } from "./bring-up.ts";
import { checkDrift, configure } from "./configure.ts";
import { keepDevice } from "./device-keeper.ts";
import { readEvicted, writeEvicted } from "./evicted.ts";
import { removeCib } from "./files.ts";
import { releaseNode, stopEngine } from "./release.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import type { Triggers } from "./tracker-triggers.ts";

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
  /** Carries `inForce` out; rejects with a sentence for the admin. */
  carryOut(): Promise<void>;
  /** Leaves the pair and puts this node back as it was. */
  release(): Promise<void>;
}

interface Records {
  /** Digest of the policy that this node last saw in force. */
  policy: string;
  evicted: string;
}

/** `triggers`: tests have their own; default: those of the machine. */
export function createMember(
  context: HalfContext,
  tools: EngineTools,
  inForce: InForce,
  triggers?: Triggers,
): Member {
  const records: Records = {
    policy: join(context.stateDir, "policy-in-force"),
    evicted: join(context.stateDir, "evicted"),
  };
  const board = createActBoard({ stateDir: context.stateDir, onChange: () => tracker.actsChanged() });
  const tracker = createTracker({
    context,
    cluster: inForce.policy.cluster,
    runner: tools.runner,
    policy: () => member.inForce.policy,
    ...(triggers === undefined ? {} : { triggers }),
    acts: () => board.acts(),
    onConfiguration: () => lookForDrift(member),
    onView: async (view) => {
      await keepPaused({ node: context.node, orders: tools.runner.orders }, view);
      await keepDevice(tools, member.model === null ? null : member.inForce.policy);
    },
  });
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
    async carryOut() {
      await carryOut(context.node, member, records);
      if (isRecovered || member.model === null) return;
      await desk.recover();
      isRecovered = true;
    },
    release: () => releaseNode(tools, [records.policy, records.evicted, join(context.stateDir, "acts.json")]),
  };
  return member;
}

async function carryOut(node: string, member: Member, records: Records): Promise<void> {
  const { tools, tracker, inForce } = member;
  member.model = null;
  const evicted = await readEvicted(records.evicted);
  if (evicted === node) return tracker.setError(evictedText(node, inForce.policy));
  const model = await bringUp(tools, { ...inForce, evicted });
  const { notice } = await configure(tools, model, { node, recordFile: records.policy });
  member.model = model;
  tracker.setError(notice);
}

function evictedText(node: string, { cluster }: MscsPolicy): string {
  return `${node} was evicted from pair ${cluster} and runs no engine. Order "rebuild" for it to take it back, or take it out of the fleet file`;
}

/** Not while a policy is being carried out: then the changes are our own. */
async function lookForDrift({ tools, tracker, model }: Member): Promise<void> {
  if (model === null) return;
  const found = await checkDrift(tools, model);
  if (found !== null) tracker.setError(found.notice);
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
