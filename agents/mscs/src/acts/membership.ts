/**
 * Evicting and rebuilding a node. Both agents get the order and each does its own part: the node leaves or comes back by
 * itself, the other one waits for that and then changes the membership. Afterwards no engine joins the two, so neither
 * could do the other's part.
 */
import { type ClusterView, drainProgress, type OrderProgress } from "@bulkhead/core/mscs";
import type { EngineOrders } from "@bulkhead/pacemaker";
import type { ActPlan, ActStep, Membership } from "./plan.ts";

/** What a node of the pair can do to its own engine and to its record of who belongs to the pair. */
export interface OwnEngine {
  /** This node. */
  node: string;
  orders: EngineOrders;
  /** Stops the engine here and removes its files; the node stays out until it is rebuilt. */
  leave(): Promise<void>;
  /** Stops the engine here, forgets its configuration and joins the peer as a fresh member. */
  comeBack(): Promise<void>;
  /** Takes the peer out of Corosync's list of nodes, or puts it back. */
  setPeerMember(isMember: boolean): Promise<void>;
}

export function createMembership(engine: OwnEngine): Membership {
  return {
    evict: (node) => ({ steps: node === engine.node ? leaveSteps(engine) : evictSteps(engine, node) }),
    rebuild: (node) => (node === engine.node ? comeBackPlan(engine) : takeBackPlan(engine, node)),
  };
}

function leaveSteps(engine: OwnEngine): ActStep[] {
  return [
    drainStep(engine, engine.node),
    {
      text: "Stopping the engine of this node and removing its files",
      begin: () => engine.leave(),
      done: `${engine.node} has left the pair`,
    },
  ];
}

function evictSteps(engine: OwnEngine, node: string): ActStep[] {
  return [
    drainStep(engine, node),
    leftStep(node),
    {
      text: `Taking ${node} out of the pair`,
      begin: () => engine.setPeerMember(false),
      progress: forgotten(engine, node),
    },
  ];
}

/** So many looks in a row without the node make it forgotten: the engine puts it back once, when Corosync's list changes. */
const absentLooks = 10;

function forgotten(engine: OwnEngine, node: string): NonNullable<ActStep["progress"]> {
  let absent = 0;
  return async (view) => {
    if (view.engineBlind !== null) return { state: "waiting", message: view.engineBlind };
    const isThere = view.nodes.some((item) => item.name === node);
    absent = isThere ? 0 : absent + 1;
    if (isThere) await engine.orders.forgetNode(node);
    return absent >= absentLooks
      ? { state: "done", message: `${node} is out of the pair` }
      : { state: "waiting", message: `The engine is forgetting ${node}` };
  };
}

function comeBackPlan(engine: OwnEngine): ActPlan {
  return {
    steps: [
      drainStep(engine, engine.node),
      {
        text: "Setting the engine of this node up anew",
        begin: () => engine.comeBack(),
        progress: (view) => upProgress(view, engine.node),
      },
    ],
    cleanup: () => engine.orders.resume(engine.node),
  };
}

/** A node that was evicted is down already; one that is still a member leaves first. */
function takeBackPlan(engine: OwnEngine, node: string): ActPlan {
  return {
    steps: [
      leftStep(node),
      {
        text: `Putting ${node} back into the pair`,
        begin: () => engine.setPeerMember(true),
      },
      {
        text: `Waiting until ${node} has set its engine up anew`,
        begin: () => Promise.resolve(),
        progress: (view) => upProgress(view, node),
      },
    ],
    cleanup: () => engine.orders.resume(node),
  };
}

/** A node whose engine is away has nothing to hand over. */
function drainStep(engine: OwnEngine, node: string): ActStep {
  return {
    text: `Moving the groups of ${node} away`,
    begin: () => engine.orders.drain(node).catch(() => undefined),
    progress: (view) => (view.engineBlind === null ? drainProgress(view, node) : nothingRuns(node)),
  };
}

function nothingRuns(node: string): OrderProgress {
  return { state: "done", message: `The engine of ${node} does not run` };
}

function leftStep(node: string): ActStep {
  return {
    text: `Waiting until ${node} has left`,
    begin: () => Promise.resolve(),
    progress(view) {
      const state = view.nodes.find((item) => item.name === node)?.state ?? "down";
      if (state === "down") return { state: "done", message: `${node} has left` };
      return {
        state: "waiting",
        message: `${node} is ${state}; its agent stops its engine. If it cannot, give the order on ${node} itself or power it off`,
      };
    },
  };
}

function upProgress(view: ClusterView, node: string): OrderProgress {
  const state = view.nodes.find((item) => item.name === node)?.state ?? "unknown";
  if (view.engineBlind === null && (state === "up" || state === "paused"))
    return { state: "done", message: `${node} is a member of the pair again` };
  return { state: "waiting", message: view.engineBlind ?? `${node} is ${state}` };
}
