/**
 * A policy that this node has once found all programs for is not refused later on because one of them has gone: groups
 * run by it, and a node whose agent stays out of the pair sees and does nothing. What is missing is logged, and fails where it is used.
 */
import { createHash } from "node:crypto";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import type { Logger } from "@bulkhead/runtime";
import { readOrNull, writeIfChanged } from "./files.ts";

export interface PolicyCheck {
  /** Where the last policy without faults is kept, with what was found for it on this node. */
  recordFile: string;
  log: Logger;
  /** Rejects with what is missing; answers with the policy and what was found. */
  check(policy: MscsPolicy): Promise<MscsPolicy>;
}

/** The policy with what was found for it, now or at an earlier time. Rejects with what a policy lacks that is new to this node. */
export async function checkPolicy(policy: MscsPolicy, parts: PolicyCheck): Promise<MscsPolicy> {
  const { recordFile, log, check } = parts;
  const digest = createHash("sha256").update(JSON.stringify(policy)).digest("hex");
  try {
    const found = await check(policy);
    await writeIfChanged(recordFile, `${digest}\n${JSON.stringify(found)}\n`, 0o600);
    return found;
  } catch (error) {
    const [known, found] = ((await readOrNull(recordFile))?.toString("utf8") ?? "").split("\n");
    if (known !== digest || found === undefined) throw error;
    log.warn({ why: String(error) }, "something is gone that the policy in force needs on this node");
    return JSON.parse(found) as MscsPolicy;
  }
}
