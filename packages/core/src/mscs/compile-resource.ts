/**
 * One MSCS resource -> one primitive: which agent it is, in `compile-agent.ts`, and here when it is watched, how long it may
 * take and what its failure does (DOMAIN 2.4 and 2.5).
 */
import type { CibOperation, CibPrimitive } from "./cib-model.ts";
import { type AgentPlace, agentOf, monitorTimeoutS } from "./compile-agent.ts";
import { resourceType } from "./resource-types.ts";
import type { MscsResource } from "./types.ts";

/** The engine itself takes about as long from the failure to the restart, so that much needs no delay of its own. */
const freeDelayMs = 500;

/**
 * The group of the resource, whose other resources it may refer to, and whether it may stop for good while the group stays:
 * not if it stands first in the group's line, nor with one behind it whose failure moves the group.
 */
interface Place extends AgentPlace {
  mayEnd: boolean;
}

/** `id` is the CIB id. */
export function compileResource(id: string, resource: MscsResource, place: Place): CibPrimitive {
  const meta = restartMeta(resource, place.mayEnd);
  return { id, meta, ...agentOf(resource, place), operations: operations(resource) };
}

/**
 * N restarts on the node, and failure N+1 sends the resource away (FAILOVER: N-1 restarts for migration-threshold N). The
 * period counts from the last failure: Pacemaker has no sliding window, and no second timer for the retry after every
 * node has failed. So the retry comes when the period is over; who wants none gets failures that are never forgotten.
 */
function restartMeta({ restart, retryAfterS }: MscsResource, mayEnd: boolean): Record<string, string> {
  // A failure that is left as it is moves nothing and is not forgotten.
  if (restart.action === "none") return {};
  const period = retryAfterS === null ? {} : { "failure-timeout": `${restart.periodS}s` };
  const threshold = { "migration-threshold": String(restart.threshold + 1) };
  if (restart.action === "failover") return { ...threshold, ...period };
  // It may stop for good, but the group does not follow it to another node. Where the group cannot be without it, the node
  // that it is banned from would be lost to the group: there it is restarted without an end.
  return mayEnd ? { ...threshold, ...period, critical: "false" } : period;
}

function operations(resource: MscsResource): CibOperation[] {
  const { defaults } = resourceType(resource.type);
  const pendingS = resource.pendingTimeoutS ?? defaults.pendingTimeoutS;
  const isLeft = resource.restart.action === "none";
  const failure = isLeft ? { onFail: "block" as const } : {};
  const { delayMs } = resource.restart;
  const delay = delayMs > freeDelayMs ? { startDelayMs: delayMs } : {};
  return [
    { name: "start", intervalS: 0, timeoutS: pendingS, ...delay, ...failure },
    { name: "stop", intervalS: 0, timeoutS: pendingS },
    ...monitors(resource).map((monitor) => ({ ...monitor, ...failure })),
    // Without it a failure that is initiated by order would be mended after all.
    ...(isLeft ? [{ name: "asyncmon" as const, intervalS: 0, timeoutS: pendingS, ...failure }] : []),
  ];
}

/** LooksAlive, and IsAlive where there is one. The engine tells monitors apart by their interval, so equal ones differ by 1 s. */
function monitors(resource: MscsResource): CibOperation[] {
  const { defaults, isAliveLevel } = resourceType(resource.type);
  const looksS = resource.looksAliveS ?? defaults.looksAliveS;
  const isS = resource.isAliveS ?? defaults.isAliveS;
  const timeoutS = monitorTimeoutS(resource.type);
  const cheap: CibOperation = { name: "monitor", intervalS: looksS, timeoutS };
  if (isAliveLevel === null || isS === null) return [cheap];
  const intervalS = isS === looksS ? isS + 1 : isS;
  return [cheap, { name: "monitor", intervalS, timeoutS, checkLevel: isAliveLevel }];
}
