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
  | { result: "timeout"; message: string };

interface MoveTools {
  run: Execute;
  read(): Promise<ClusterView>;
  sleep(delayMs: number): Promise<void>;
}

const pollMs = 200;

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

/** Waits by counting polls: the time itself is the clock's business. */
async function arrival(tools: MoveTools, { group, to, waitMs }: MoveOptions): Promise<MoveOutcome> {
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += pollMs) {
    const view = await tools.read();
    const found = view.groups.find((item) => item.name === group);
    if (found?.state === "online" && found.owner === to) return { result: "moved", tookMs: waitedMs };
    await tools.sleep(pollMs);
  }
  return {
    result: "timeout",
    message: `Group ${group} is not online on ${to} after ${Math.round(waitMs / 1000)} s; see its resources for the cause`,
  };
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
