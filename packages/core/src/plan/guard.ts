/**
 * The placement guard: one pure function over intent and inventory (DOMAIN 3.2). Plan and apply both call it; what it
 * returns is what API, CLI and console print. The order is the order in which an admin should read it: the wall first.
 */
import type { Refusal } from "../fleet/index.ts";
import { checkLimits, checkNames, checkR27, checkR28, checkR29 } from "./mscs-group-checks.ts";
import { checkNetworks, checkR22, checkR23, checkR25 } from "./mscs-network-checks.ts";
import { checkFencing, checkProtection, checkR21, checkR24, checkSecrets } from "./mscs-pair-checks.ts";
import {
  checkNames as checkNetworkNames,
  checkR26,
  checkRequired,
  checkWeakLinks,
} from "./mscs-resource-checks.ts";
import { checkEnrolled, checkOnePart } from "./node-checks.ts";
import type { Intent, Inventory } from "./types.ts";
import { checkR1, checkR2, checkR3, checkR4, checkR5 } from "./wall-checks.ts";
import { checkDedicatedIps, checkR6, checkR8, checkR15, checkR16, checkR18 } from "./wlbs-host-checks.ts";
import {
  checkIgnored,
  checkProbe,
  checkR10,
  checkR11,
  checkR12,
  checkR13,
  checkR14,
  checkRuleHosts,
} from "./wlbs-rule-checks.ts";
import { checkHeartbeatGroups, checkR7, checkR9, checkVipSubnet, checkVips } from "./wlbs-vip-checks.ts";

type Check = (intent: Intent, inventory: Inventory) => Refusal[];

/** Rules R1 to R5 alone: what is also looked at whenever the inventory changes. */
export const wallChecks: readonly Check[] = [checkR1, checkR2, checkR3, checkR4, checkR5];

const checks: readonly Check[] = [
  ...wallChecks,
  checkEnrolled,
  checkOnePart,
  checkR6,
  checkDedicatedIps,
  checkVips,
  checkR7,
  checkHeartbeatGroups,
  checkR8,
  checkR9,
  checkR10,
  checkR11,
  checkR12,
  checkRuleHosts,
  checkR13,
  checkR14,
  checkIgnored,
  checkProbe,
  checkR15,
  checkVipSubnet,
  checkR16,
  checkR18,
  checkR21,
  checkNetworks,
  checkR22,
  checkR23,
  checkR24,
  checkR25,
  checkProtection,
  checkFencing,
  checkSecrets,
  checkLimits,
  checkNames,
  checkR26,
  checkRequired,
  checkNetworkNames,
  checkWeakLinks,
  checkR27,
  checkR28,
  checkR29,
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
