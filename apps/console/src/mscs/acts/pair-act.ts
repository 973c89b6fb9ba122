/** One order to a pair: what is sent, and what the dialog says before. Pure. */
import type { WhatIfQuestion } from "@bulkhead/api";
import {
  type MscsNodePolicy,
  type MscsObjectKind,
  type MscsOrder,
  type MscsPolicy,
  type MscsVerb,
  refuseOrder,
  resolveOrder,
} from "@bulkhead/core/mscs";
import type { Consequence } from "../../acts/consequence.ts";
import type { Inputs } from "../../api/trpc.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";

type Mode = Inputs["mscs"]["command"]["order"]["mode"];

export interface PairAct {
  /** "Move sql to db-2". */
  title: string;
  /** What the button says: a verb and what it is about. */
  button: string;
  lead: string;
  cluster: string;
  order: MscsOrder & { mode: Exclude<Mode, undefined> };
  /** Yes to what would stop a group. */
  confirm: boolean;
  lines: Consequence[];
  /** This name must be typed first; null = a press is enough. */
  typed: string | null;
  /** What the pair is asked about it beforehand; null = there is nothing to foretell. */
  question: WhatIfQuestion | null;
  /** Groups whose last failovers tell how long it may take. */
  groups: string[];
  /** Of `resume`: what becomes of the groups that moved away. */
  hasFailback: boolean;
}

type Asked = Pick<PairAct, "title" | "button" | "lead" | "lines"> &
  Partial<PairAct> & {
    verb: MscsVerb;
    object: MscsOrder["object"];
    to?: string | null;
    mode?: Exclude<Mode, undefined>;
  };

/** An order with everything that is seldom asked at its default. */
export function pairAct(cluster: MscsCluster, asked: Asked): PairAct {
  const { verb, object, to = null, mode = null, ...rest } = asked;
  return {
    cluster: cluster.name,
    order: { verb, object, to, mode, deadlineS: null },
    confirm: false,
    typed: null,
    question: null,
    groups: [],
    hasFailback: false,
    ...rest,
  };
}

/** Why no order can be given now; null = one can. */
export function pairBlockedBy({ view, name, nodes }: MscsCluster): string | null {
  if (!view) return `No node of ${name} has reported yet. Wait for the first report.`;
  if (view.engineBlind) return "The engine does not answer, so nobody knows what runs where.";
  if (nodes.every(({ online }) => !online)) return `No node of ${name} has a link to the controller.`;
  return null;
}

/** The same, and nothing else may be under way with this object. */
export function objectBlockedBy(cluster: MscsCluster, kind: MscsObjectKind, name: string): string | null {
  const blocked = pairBlockedBy(cluster);
  if (blocked) return blocked;
  const other = runningActs(cluster).find(({ order }) => touches(order, kind, name));
  return other ? `Another order is under way: ${other.message || other.order.verb}` : null;
}

/** Commands that have not ended, newest first. */
export function runningActs(cluster: MscsCluster): MscsCluster["acts"] {
  return cluster.acts.filter(({ state }) => state === "running");
}

/** A group is touched by orders about it and about its resources; a resource by those about its group too. */
function touches({ object }: MscsOrder, kind: MscsObjectKind, name: string): boolean {
  if (kind === "node" || kind === "pair") return object.kind === kind && object.name === name;
  const groupOf = (text: string) => text.split("/")[0];
  if (object.kind !== "group" && object.kind !== "resource") return false;
  if (object.kind === "resource" && kind === "resource") return object.name === name;
  return groupOf(object.name) === groupOf(name);
}

/** The rules of every order in the words of agent and controller: the button, the API and the node refuse alike. */
export function guardBlockedBy(
  cluster: MscsCluster,
  order: Pick<MscsOrder, "verb" | "object"> & Partial<MscsOrder>,
): string | null {
  const { view } = cluster;
  const policy = policyOfPair(cluster);
  if (view === null || policy === null) return null;
  const whole: MscsOrder = { to: null, mode: null, deadlineS: null, ...order };
  const refusal = refuseOrder({ policy, view, order: resolveOrder(policy, view, whole) });
  return refusal ? `${refusal.message}. ${refusal.cure}` : null;
}

/** As much of the policy as the snapshot has; null = it does not name two nodes. */
function policyOfPair(cluster: MscsCluster): MscsPolicy | null {
  const [first, second] = cluster.nodes.map(
    (node, i): MscsNodePolicy => ({
      node: node.name,
      nodeId: i + 1,
      address: node.address,
      secondAddress: node.secondAddress ?? null,
    }),
  );
  if (!first || !second) return null;
  const { name, engine = "made", networks, witness, tokenMs = 1000, groups } = cluster;
  return { cluster: name, engine, nodes: [first, second], networks, witness, fencing: null, tokenMs, groups };
}
