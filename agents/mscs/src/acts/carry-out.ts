/** Carries one plan out: step after step, until it is done, has come to nothing, or its time is over. */
import type { MscsAct } from "@bulkhead/core/mscs";
import type { PacemakerRunner } from "@bulkhead/pacemaker";
import { sleep, type Waiting } from "../wait.ts";
import type { ActBoard } from "./board.ts";
import type { ActPlan, ActStep } from "./plan.ts";

const pollMs = 200;
/** A failure may be on its way to success: the engine tries again. So many looks in a row make it one. */
const failedLooksLimit = 15;

export interface Carrying extends Waiting {
  runner: Pick<PacemakerRunner, "read">;
  board: ActBoard;
}

type End = Pick<MscsAct, "state" | "message">;

/** Null: the agent was stopped in between, and the next one tidies up. */
export async function carryOut(carrying: Carrying, act: MscsAct, plan: ActPlan): Promise<End | null> {
  const endsAt = carrying.clock.monotonicMs() + (act.deadlineAt - act.startedAt);
  let end: End = { state: "done", message: "" };
  for (const step of plan.steps) {
    await carrying.board.note(act.id, { at: carrying.clock.nowMs(), text: step.text });
    end = await stepEnd(carrying, { act, step, endsAt, isTakenBack: plan.cleanup !== undefined });
    if (carrying.isStopped()) return null;
    if (end.state !== "done") break;
  }
  return tidied(end, plan);
}

interface Doing {
  act: MscsAct;
  step: ActStep;
  /** Monotonic milliseconds. */
  endsAt: number;
  /** At the end nothing of the order is left. */
  isTakenBack: boolean;
}

async function stepEnd(carrying: Carrying, doing: Doing): Promise<End> {
  const { act, step, endsAt } = doing;
  let failedLooks = 0;
  try {
    await step.begin();
    if (step.progress === undefined) return { state: "done", message: step.done ?? step.text };
    for (;;) {
      const view = await carrying.runner.read();
      const { state, message } = await step.progress(view);
      const said = view.engineBlind ?? message;
      if (state === "done") return { state, message };
      failedLooks = state === "failed" ? failedLooks + 1 : 0;
      if (failedLooks >= failedLooksLimit) return { state: "failed", message };
      if (carrying.isStopped()) return { state: "failed", message };
      if (carrying.clock.monotonicMs() >= endsAt) return late(doing, said);
      carrying.board.say(act.id, said);
      await sleep(carrying.clock, pollMs);
    }
  } catch (error) {
    return { state: "failed", message: textOf(error) };
  }
}

function late({ act, isTakenBack }: Doing, said: string): End {
  const seconds = Math.round((act.deadlineAt - act.startedAt) / 1000);
  const then = isTakenBack
    ? "The order is taken back, and the engine goes on as the policy says"
    : "The engine goes on by itself";
  return { state: "timeout", message: `Not done within ${seconds} s: ${said}. ${then}` };
}

/** A leftover that cannot be taken away is as bad as an order that failed: it must be seen. */
async function tidied(end: End, plan: ActPlan): Promise<End> {
  try {
    await plan.cleanup?.();
    return end;
  } catch (error) {
    return {
      state: end.state === "done" ? "failed" : end.state,
      message: `${end.message}. What the order had set could not be taken back: ${textOf(error)}. It is tried again when the agent starts`,
    };
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
