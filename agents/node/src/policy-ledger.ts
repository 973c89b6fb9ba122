/**
 * What this node is, on disk: the last bundle that was carried out, and an attempt that has not ended yet. The
 * attempt is written before anything is touched, so that a crash in the middle cannot make the node
 * forget that parts of a service may already be there (its latch).
 */
import type { KeyObject } from "node:crypto";
import type { NodePolicy, Wall } from "@bulkhead/core/plan";
import {
  type BundleEnvelope,
  parsed,
  unreadable,
  type VerifiedBundle,
  verifyBundle,
} from "@bulkhead/protocol";
import { createLedger, type Ledger } from "@bulkhead/runtime";
import * as z from "zod";

export interface PolicyRecord {
  formatVersion: 1;
  applied: BundleEnvelope | null;
  attempt: BundleEnvelope | null;
}

const envelope = z.object({ payload: z.string(), signature: z.string(), keyId: z.string() });
const policyRecord = z.object({
  formatVersion: z.literal(1),
  applied: envelope.nullable(),
  attempt: envelope.nullable(),
});

export function policyLedger(path: string): Ledger<PolicyRecord> {
  return createLedger(path, (plain) => {
    const outcome = policyRecord.safeParse(plain);
    return outcome.success ? parsed(outcome.data) : unreadable("it is not a policy record");
  });
}

export type Latch = { service: "wlbs" | "mscs" | "witness"; cluster: string };

/** The record with its signatures verified once more: the disk is not trusted either. */
export interface NodeState {
  applied: (VerifiedBundle & { envelope: BundleEnvelope }) | null;
  attempt: (VerifiedBundle & { envelope: BundleEnvelope }) | null;
  /** Why the record, or a part of it, was not used. */
  problem: string | null;
}

export const emptyState: NodeState = { applied: null, attempt: null, problem: null };

/** Never throws for what is in the file; a damaged file gives the copy before it and says so. */
export function loadNodeState(ledger: Ledger<PolicyRecord>, trustedKey: KeyObject): NodeState {
  const entry = ledger.read();
  if (entry.kind === "absent") return emptyState;
  const record = entry.kind === "good" ? entry.value : entry.lastGood;
  const problems = entry.kind === "torn" ? [entry.problem] : [];
  const open = (stored: BundleEnvelope | null | undefined): NodeState["applied"] => {
    if (!stored) return null;
    const bundle = verifyBundle(stored, trustedKey);
    if (bundle.ok) return { ...bundle.value, envelope: stored };
    problems.push(`A stored bundle is not used: ${bundle.problem}`);
    return null;
  };
  const applied = open(record?.applied);
  const attempt = open(record?.attempt);
  return { applied, attempt, problem: problems.length === 0 ? null : problems.join(" ") };
}

export function saveNodeState(ledger: Ledger<PolicyRecord>, state: NodeState): void {
  ledger.write({
    formatVersion: 1,
    applied: state.applied?.envelope ?? null,
    attempt: state.attempt?.envelope ?? null,
  });
}

/** For a new enrolment, which is a new identity: it inherits no bundle and no generation. */
export function forgetPolicy(path: string): void {
  policyLedger(path).remove();
}

/** What the node is held to. An unfinished attempt counts: parts of its service may be on the machine. */
export function latchOf(state: NodeState): Latch | null {
  const applied = state.applied === null ? null : latchOfPolicy(state.applied.payload.policy);
  return applied ?? (state.attempt === null ? null : latchOfPolicy(state.attempt.payload.policy));
}

export function wallOf(state: NodeState): Wall | null {
  return state.applied?.payload.policy.wall ?? null;
}

function latchOfPolicy(policy: NodePolicy): Latch | null {
  if (policy.service === "wlbs") return { service: "wlbs", cluster: policy.wlbs.cluster };
  if (policy.service === "mscs") return { service: "mscs", cluster: policy.mscs.cluster };
  if (policy.service === "witness") return { service: "witness", cluster: policy.witness.cluster };
  return null;
}
