/**
 * The placement guard: one pure function over intent and inventory (DOMAIN 3.2). Plan and apply both call it; what it
 * returns is what API, CLI and console print. The order is the order in which an admin should read it: the wall first.
 */
import type { Refusal } from "../fleet/index.ts";
import {
  checkHeartbeatAddresses,
  checkR21,
  checkR24,
  checkR26,
  checkR27,
  checkR28,
  checkSecrets,
} from "./mscs-checks.ts";
import { checkEnrolled, checkOnePart } from "./node-checks.ts";
import { heartbeatAddress } from "./policies.ts";
import type { Intent, Inventory } from "./types.ts";
import { checkR1, checkR2, checkR3, checkR4, checkR5 } from "./wall-checks.ts";
import { checkR6, checkR7, checkR8, checkR10, checkR13, checkR15, checkWlbsLimits } from "./wlbs-checks.ts";

type Check = (intent: Intent, inventory: Inventory) => Refusal[];

/** Rules R1 to R5 alone: what is also looked at whenever the inventory changes. */
export const wallChecks: readonly Check[] = [checkR1, checkR2, checkR3, checkR4, checkR5];

const checks: readonly Check[] = [
  ...wallChecks,
  checkEnrolled,
  checkOnePart,
  checkR6,
  checkR7,
  checkR8,
  checkR10,
  checkR13,
  checkR15,
  checkWlbsLimits,
  checkR21,
  (intent, inventory) =>
    checkHeartbeatAddresses(intent, inventory, (cluster, node) =>
      heartbeatAddress(intent, inventory, { cluster, node }),
    ),
  checkR24,
  checkR26,
  checkR27,
  checkR28,
  checkSecrets,
];

/** All refusals and warnings; empty means that the intent may be deployed. */
export function checkPlacement(intent: Intent, inventory: Inventory): Refusal[] {
  return checks.flatMap((check) => check(intent, inventory));
}

/** The wall alone, for drift: what reality breaks after a deployment was allowed. */
export function checkWall(intent: Intent, inventory: Inventory): Refusal[] {
  return wallChecks.flatMap((check) => check(intent, inventory));
}

export function isBlocking(refusals: readonly Refusal[]): boolean {
  return refusals.some(({ severity }) => severity === "error");
}
