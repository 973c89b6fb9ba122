/**
 * Planned move of a group. `crm_resource --move` leaves a constraint behind that would override the preferred
 * owners for ever, so it is always cleared again, whatever happened (FAILOVER 4.13).
 */
import type { ClusterView } from "@bulkhead/core/mscs";
import { EngineError } from "./errors.ts";
import { type Execute, executeOk } from "./execute.ts";

export interface MoveOptions {
  group: string;
  to: string;
  /** How long to wait for the group to be online there, in milliseconds. */
  waitMs: number;
}

export type MoveOutcome =
  | { result: "moved"; tookMs: number }
  | { result: "already" }
  | { result: "not-found"; message: string }
  | { result: "refused"; message: string }
  /** The group did not come online there in time; the engine decides from now on. */
  | { result: "timeout"; message: string }
  | { result: "failed"; message: string };

interface MoveTools extends EngineClock {
  run: Execute;
  read(): Promise<ClusterView>;
}

/** What this package needs of a clock; the agent gives its own. */
export interface EngineClock {
  sleep(delayMs: number): Promise<void>;
  /** Milliseconds that never go back. */
  monotonicMs(): number;
}

const pollMs = 200;
const failedLooksLimit = 10;

/** Rejects with `EngineError` only when the engine's tools fail. */
export async function moveGroup(tools: MoveTools, options: MoveOptions): Promise<MoveOutcome> {
  const refused = refuseMove(await tools.read(), options);
  if (refused !== null) return refused;
  await executeOk(tools.run, ["crm_resource", "--resource", options.group, "--move", "--node", options.to]);
  try {
    return await arrival(tools, options);
  } finally {
    await clearMove(tools, options.group);
  }
}

function refuseMove(view: ClusterView, { group, to }: MoveOptions): MoveOutcome | null {
  if (view.engineBlind !== null) return { result: "refused", message: view.engineBlind };
  const found = view.groups.find((item) => item.name === group);
  if (found === undefined) return { result: "not-found", message: `There is no group ${group} in this pair` };
  const target = view.nodes.find((node) => node.name === to);
  if (target === undefined) return { result: "not-found", message: `${to} is not a node of this pair` };
  if (found.owner === to && found.state === "online") return { result: "already" };
  if (target.state !== "up") {
    return {
      result: "refused",
      message: `${to} is ${target.state}; a group can only move to a node that is up`,
    };
  }
  return null;
}

/**
 * Waits until the group is online at the target. A group that stays failed will not arrive any more; a short
 * failure may still be on its way, so only several looks in a row count.
 */
async function arrival(tools: MoveTools, { group, to, waitMs }: MoveOptions): Promise<MoveOutcome> {
  const start = tools.monotonicMs();
  let failedLooks = 0;
  while (tools.monotonicMs() - start < waitMs) {
    const found = (await tools.read()).groups.find((item) => item.name === group);
    if (found?.state === "online" && found.owner === to) {
      return { result: "moved", tookMs: Math.round(tools.monotonicMs() - start) };
    }
    failedLooks = found?.state === "failed" ? failedLooks + 1 : 0;
    if (failedLooks >= failedLooksLimit) return { result: "failed", message: failedText(group, to, found) };
    await tools.sleep(pollMs);
  }
  return {
    result: "timeout",
    message: `Group ${group} is not online on ${to} after ${Math.round(waitMs / 1000)} s; see its resources for the cause`,
  };
}

function failedText(group: string, to: string, found: ClusterView["groups"][number] | undefined): string {
  const names = (found?.resources ?? []).filter((item) => item.state === "failed").map((item) => item.name);
  return `Group ${group} did not come online on ${to}: ${names.join(", ")} failed. Look at "crm_mon -1rf" on a node, remove the cause, then run "crm_resource --cleanup"`;
}

async function clearMove(tools: MoveTools, group: string): Promise<void> {
  const done = await tools.run("crm_resource", ["--resource", group, "--clear"]);
  if (done.code !== 0) {
    throw new EngineError(
      `The move constraint of ${group} could not be removed: ${done.stderr.trim()}. Run "crm_resource --resource ${group} --clear" on a node of the pair`,
      done.code,
    );
  }
}
