/**
 * Takes orders: fills their gaps, refuses what cannot be, lets one act at a time touch an object, and sees each to its
 * end. What an agent that died has left half done is tidied up at the next start.
 */

import { type Refusal, refusalLine } from "@bulkhead/core/fleet";
import {
  type MscsAct,
  type MscsOrder,
  namesOf,
  orderDeadlineS,
  refuseOrder,
  resolveOrder,
} from "@bulkhead/core/mscs";
import type { PacemakerRunner } from "@bulkhead/pacemaker";
import type { Logger } from "@bulkhead/runtime";
import type { Waiting } from "../wait.ts";
import { type ActBoard } from "./board.ts";
import { carryOut, textOf } from "./carry-out.ts";
import type { ActPlan, ActTools } from "./plan.ts";
import { planOf } from "./plans.ts";

export interface Given {
  id: string;
  /** A person, `policy` or `local`. */
  by: string;
  order: MscsOrder;
}

export interface Taken {
  act: MscsAct;
  refusal: Refusal | null;
  /** The act as it ended; null if the agent was stopped meanwhile. */
  ended: Promise<MscsAct | null>;
}

export interface DeskOptions extends Waiting {
  log: Logger;
  board: ActBoard;
  runner: PacemakerRunner;
  /** As they are now: a newer policy counts from the next order on. */
  tools(): ActTools;
  /** After every end. */
  onEnd(): void;
}

export interface Desk {
  take(given: Given): Promise<Taken>;
  /** Once, when the engine answers for the first time. Rejects if it could not tidy up. */
  recover(): Promise<void>;
}

export function createDesk(options: DeskOptions): Desk {
  const { board, clock, runner, log } = options;

  async function end(act: MscsAct, plan: ActPlan): Promise<MscsAct | null> {
    const outcome = await carryOut(options, act, plan).catch((error: unknown) => ({
      state: "failed" as const,
      message: textOf(error),
    }));
    if (outcome === null) return null;
    const ended: MscsAct = { ...(board.find(act.id) ?? act), ...outcome, endedAt: clock.nowMs() };
    log.info({ act: act.id, verb: act.order.verb, state: ended.state }, ended.message);
    await board.put(ended);
    options.onEnd();
    return ended;
  }

  return {
    async take(given) {
      const known = board.find(given.id);
      if (known !== undefined) return { act: known, refusal: null, ended: Promise.resolve(known) };
      const tools = options.tools();
      const before = await runner.read();
      const order = resolveOrder(tools.policy, before, given.order);
      const refusal = refuseOrder({ policy: tools.policy, view: before, order }) ?? busy(board, order);
      const startedAt = clock.nowMs();
      const deadlineAt = startedAt + orderDeadlineS(tools.model, order) * 1000;
      const fresh = { id: given.id, by: given.by, order, startedAt, deadlineAt, steps: [] };
      if (refusal !== null) {
        const message = refusalLine(refusal);
        const act: MscsAct = { ...fresh, state: "refused", endedAt: startedAt, message };
        await board.put(act);
        return { act, refusal, ended: Promise.resolve(act) };
      }
      const act: MscsAct = { ...fresh, state: "running", endedAt: null, message: "Begins" };
      await board.put(act);
      return { act, refusal: null, ended: end(act, planOf({ tools, order, before, deadlineAt })) };
    },

    async recover() {
      const tools = options.tools();
      for (const act of (await board.load()).filter(({ state }) => state === "running")) {
        const { order, deadlineAt } = act;
        await planOf({ tools, order, before: await runner.read(), deadlineAt }).cleanup?.();
        const message =
          "The agent was restarted while this was under way. What the engine had begun goes on; nothing of the order was left behind";
        await board.put({ ...act, state: "failed", endedAt: clock.nowMs(), message });
      }
      await tools.orders.unpin(tools.node, null);
    },
  };
}

/** A group and its resources are one object here: they would undo each other's work. */
function busy(board: ActBoard, order: MscsOrder): Refusal | null {
  const other = board
    .acts()
    .find((act) => act.state === "running" && objectKey(act.order) === objectKey(order));
  if (other === undefined) return null;
  const { verb, object } = other.order;
  return {
    rule: "B-busy",
    severity: "error",
    objects: object.kind === "pair" ? [] : [{ kind: object.kind, name: object.name }],
    message: `"${verb}" of ${object.name} is still under way`,
    reason: `${other.message}.`,
    cure: "Wait until it has ended, then order again.",
  };
}

function objectKey(order: MscsOrder): string {
  const { kind, name } = order.object;
  return kind === "group" || kind === "resource" ? `group ${namesOf(order).group}` : `${kind} ${name}`;
}
