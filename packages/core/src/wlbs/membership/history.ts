/** The record of convergences: what caused each of them, and whom to ask (DOMAIN 1.6). All members record the same. */
import type { EpochView } from "../convergence/messages.ts";
import { type Draft, nodeOf, type WlbsState } from "../convergence/state.ts";
import type { ConvergenceCause } from "../types.ts";
import { epochText } from "./epoch.ts";

const HISTORY_MAX = 32;

const TEXTS: Record<ConvergenceCause, (node: string) => string> = {
  "bad-configuration": (node) => `${node} has a configuration that cannot work`,
  "new-member": (node) => `${node} joined`,
  unknown: () => "an earlier convergence was left unfinished",
  "duplicate-host-id": (node) => `the host ID of ${node} is used twice`,
  "rule-count-mismatch": (node) => `${node} has another number of port rules`,
  "modified-rules": () => "the port rules were changed",
  "member-lost": (node) => `${node} was lost`,
  "modified-parameters": () => "parameters of the cluster were changed",
  "sticky-sync": (node) => `the sticky clients of ${node} could not be told`,
  "member-left": (node) => `${node} left`,
  drain: (node) => `${node} began or ended to drain`,
  "rule-state": (node) => `a port rule was closed or opened on ${node}, by command or by its probe`,
  "cluster-formed": (node) => `${node} formed the cluster`,
  "partition-healed": (node) => `${node} came back from another part of the cluster`,
};

/** The cause of an epoch, for people. `initiator` 0 = nobody in particular. */
export function causeText(s: WlbsState, cause: ConvergenceCause, initiator: number): string {
  return TEXTS[cause](initiator === 0 ? "a host" : nodeOf(s, initiator));
}

/** A convergence begins. */
export function recordEpoch(draft: Draft, view: EpochView): void {
  const { s, now } = draft;
  const record = {
    epoch: epochText(view.epoch),
    cause: view.cause,
    text: causeText(s, view.cause, view.initiator),
    initiator: view.initiator,
    startedAt: now,
    endedAt: null,
    members: view.members.map(({ hostId }) => hostId),
  };
  s.history = [record, ...s.history.slice(0, HISTORY_MAX - 1)];
}

/** It ends when the epoch is stable and applied here. */
export function closeRecord(draft: Draft): void {
  const { s, now } = draft;
  const [latest, ...earlier] = s.history;
  if (!latest || latest.endedAt !== null || !s.view || latest.epoch !== epochText(s.view.epoch)) return;
  if (s.view.order === "stable" && s.phase === "applied")
    s.history = [{ ...latest, endedAt: now }, ...earlier];
}
