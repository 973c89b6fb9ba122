/** What all resources have (DOMAIN 2.4), read back from a primitive: the way back of `compile-resource.ts`. */
import type { CibOperation, CibPrimitive } from "./cib-model.ts";
import { resourceType } from "./resource-types.ts";
import type { MscsPolicy, ResourceCommon, ResourceTypeName, Restart } from "./types.ts";

/** DOMAIN 2.4. */
const defaultRestart: Restart = { action: "failover", threshold: 3, periodS: 900, delayMs: 500 };
const defaultRetryAfterS = 3600;

/** Without dependencies and owners, which stand elsewhere in a CIB. Null = as its type has it. */
export function commonOf(
  primitive: CibPrimitive,
  { name, type, engine }: { name: string; type: ResourceTypeName; engine: MscsPolicy["engine"] },
): ResourceCommon {
  const { defaults, isAliveLevel } = resourceType(type);
  const monitors = primitive.operations.filter((item) => item.name === "monitor" && item.intervalS > 0);
  const looks = monitors.find((item) => item.checkLevel === undefined) ?? monitors[0];
  const is = monitors.find((item) => item !== looks && item.checkLevel === isAliveLevel);
  const start = primitive.operations.find((item) => item.name === "start");
  return {
    name,
    dependsOn: [],
    possibleOwners: [],
    restart: restartOf(primitive, { start, engine }),
    pendingTimeoutS: unless(start?.timeoutS, defaults.pendingTimeoutS),
    looksAliveS: unless(looks?.intervalS, defaults.looksAliveS),
    isAliveS: unless(is?.intervalS, defaults.isAliveS),
    retryAfterS: hasNoRetry(primitive, engine) ? null : defaultRetryAfterS,
  };
}

/** Failures that are counted and never forgotten. */
function hasNoRetry({ meta, operations }: CibPrimitive, engine: MscsPolicy["engine"]): boolean {
  const isHeld = operations.some((item) => item.onFail === "block");
  const isCounted = meta["migration-threshold"] !== undefined || engine === "made";
  return !isHeld && isCounted && meta["failure-timeout"] === undefined;
}

/**
 * Without a threshold the engine restarts for ever. We write that for action `restart` where giving up would touch the group;
 * in a configuration of somebody else nobody has thought about it, so the default of the field holds.
 */
function restartOf({ meta, operations }: CibPrimitive, { start, engine }: RestartSource): Restart {
  const delayMs = start?.startDelayMs ?? defaultRestart.delayMs;
  if (operations.some((item) => item.onFail === "block"))
    return { ...defaultRestart, action: "none", delayMs };
  const given = meta["migration-threshold"];
  const threshold = Number(given ?? Number.NaN);
  const isEndless = given === undefined && (engine === "made" || meta["failure-timeout"] !== undefined);
  return {
    action: meta["critical"] === "false" || isEndless ? "restart" : "failover",
    threshold: Number.isInteger(threshold) && threshold > 0 ? threshold - 1 : defaultRestart.threshold,
    periodS: seconds(meta["failure-timeout"]) ?? defaultRestart.periodS,
    delayMs,
  };
}

interface RestartSource {
  start: CibOperation | undefined;
  engine: MscsPolicy["engine"];
}

/** Pacemaker's spelling of a time: "5", "5s", "2min", "1h". Null = none, or not to be read. */
function seconds(text: string | undefined): number | null {
  const [, digits, unit = ""] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text ?? "") ?? [];
  const factor = { "": 1, s: 1, sec: 1, m: 60, min: 60, h: 3600, hr: 3600 }[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}

function unless(value: number | undefined, usual: number | null): number | null {
  return value === undefined || value === usual ? null : value;
}
