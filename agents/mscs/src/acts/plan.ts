/** What an order comes to on a pair: steps in order, and what must never be left behind. */
import type { CibModel, ClusterView, MscsOrder, MscsPolicy, OrderProgress } from "@bulkhead/core/mscs";
import type { EngineOrders } from "@bulkhead/pacemaker";

export interface ActStep {
  /** What is being done, as the admin reads it. */
  text: string;
  begin(): Promise<void>;
  /** Asked again and again until it is done. Not there: the step is done as soon as it has begun. */
  progress?(view: ClusterView): OrderProgress | Promise<OrderProgress>;
  /** How it is then, for a step without progress; absent = as its text says. */
  done?: string;
}

export interface ActPlan {
  steps: ActStep[];
  /** Removes what only serves the act itself. Runs at the end whatever came of it, and at the next start of an agent that died in between. */
  cleanup?(): Promise<void>;
}

/** What plans are made from. */
export interface ActTools {
  /** This node. */
  node: string;
  policy: MscsPolicy;
  model: CibModel;
  orders: EngineOrders;
  membership: Membership;
  /** Writes the policy over what was changed by hand. */
  revert(): Promise<void>;
}

/** Changes of who belongs to the pair, as far as they are this node's to carry out. */
export interface Membership {
  /** Steps of taking `node` out of the pair. */
  evict(node: string): ActPlan;
  /** Steps of bringing `node` back as a fresh member. */
  rebuild(node: string): ActPlan;
}

export interface PlanInput {
  tools: ActTools;
  /** As `resolveOrder` made it, and not refused. */
  order: MscsOrder;
  /** What was seen when the order came. */
  before: ClusterView;
  /** Epoch milliseconds. */
  deadlineAt: number;
}
