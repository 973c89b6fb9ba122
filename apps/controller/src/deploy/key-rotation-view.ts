/** What a change of a heartbeat key waits for, and in which words. Pure. */
import type { KeyRotation } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import type { NodeRow } from "@bulkhead/db";
import type { StoredRotation } from "../cluster-secrets.ts";
import { listText } from "../live/words.ts";

/** An honest host answers in a second or two; after this long it is named. */
const patienceMs = 15_000;

/** A host as far as the keys that it has are concerned. */
export interface Holder {
  node: string;
  isOnline: boolean;
  /** Generation that it runs, and the one that it should run. */
  applied: number;
  desired: number;
  refusal: Refusal | null;
}

/** `reported`: what the node itself says; null while it is not connected. */
export function rotationHolder(
  node: string,
  row: NodeRow | null,
  { isOnline, reported }: { isOnline: boolean; reported: number | null },
): Holder {
  const applied = reported ?? row?.appliedGeneration ?? 0;
  return { node, isOnline, applied, desired: row?.desiredGeneration ?? 0, refusal: row?.lastRefusal ?? null };
}

/** Why no change can begin, or null. Nothing has happened then. */
export function rotationRefusal(policy: WlbsPolicy, holderOf: (node: string) => Holder): Refusal | null {
  const holders = policy.hosts.map(({ node }) => holderOf(node));
  const offline = holders.filter(({ isOnline }) => !isOnline);
  const behind = holders.filter(({ isOnline, applied, desired }) => isOnline && applied < desired);
  if (offline.length === 0 && behind.length === 0) return null;
  const named = [...offline, ...behind].map(({ node }) => node);
  const problems = [
    ...(offline.length > 0 ? [`${names(offline)} ${isOrAre(offline)} not connected`] : []),
    ...(behind.length > 0 ? [`${names(behind)} ${hasOrHave(behind)} not taken the present policy`] : []),
  ];
  return {
    rule: "B-key-rotation",
    severity: "error",
    objects: [
      { kind: "wlbs-cluster", name: policy.cluster },
      ...named.map((name) => ({ kind: "wlbs-host" as const, name })),
    ],
    message: `The heartbeat key of ${policy.cluster} cannot be changed now: ${problems.join(", and ")}`,
    reason: "A host that does not get the new key would be shut out of its cluster.",
    cure: `Connect ${listText(named)} and apply the fleet file, or take ${named.length === 1 ? "it" : "them"} out of it; then try again.`,
  };
}

/** Hosts of the policy in force that have not confirmed the present step. */
export function waitingHosts(
  policy: WlbsPolicy,
  { step, generations }: StoredRotation,
  holderOf: (node: string) => Holder,
): string[] {
  if (step === "done") return [];
  return policy.hosts
    .map(({ node }) => holderOf(node))
    .filter((holder) => !hasConfirmed(holder, generations))
    .map(({ node }) => node);
}

/**
 * The bundles of the step raised what a host should run, and a later deployment raises it again, with the keys of the
 * step. So a host that runs what it should has confirmed, also one that joined the cluster meanwhile.
 */
function hasConfirmed({ applied, desired }: Holder, generations: StoredRotation["generations"]): boolean {
  return generations !== null && applied >= desired;
}

/**
 * Whose bundle may be made again: those that wait for the one of this step. Behind a later deployment stands somebody
 * who may have halted it, and the policy in force must not reach the host by a way round.
 */
export function mayRetry({ node, isOnline, desired }: Holder, { generations }: StoredRotation): boolean {
  return isOnline && generations?.[node] === desired;
}

/** Null while there is nothing to worry about. */
export function rotationWhy(
  waiting: readonly Holder[],
  { stepSince, step, generations }: StoredRotation,
  now: number,
): string | null {
  const offline = waiting.filter(({ isOnline }) => !isOnline);
  const silent = now - stepSince < patienceMs ? [] : waiting.filter(({ isOnline }) => isOnline);
  const sentences = [
    ...(offline.length > 0
      ? [
          `${names(offline)} ${isOrAre(offline)} not connected: connect ${offline.length === 1 ? "it" : "them"}, or apply a fleet file without.`,
        ]
      : []),
    ...silent.map((holder) => silentText(holder, generations)),
  ];
  return sentences.length === 0 ? null : `${sentences.join(" ")} ${meanwhile(step)}`;
}

function silentText({ node, desired, refusal }: Holder, generations: StoredRotation["generations"]): string {
  if (refusal) return `${node} refused its bundle (${refusal.rule}: ${refusal.message}). ${refusal.cure}`;
  if (generations !== null && generations[node] !== desired)
    return `${node} has not taken the present policy: apply the fleet file again.`;
  return `${node} has not confirmed its bundle: look at the log of its agent (journalctl -u bulkhead-agent).`;
}

/** What holds while the change waits. */
function meanwhile(step: KeyRotation["step"]): string {
  if (step === "add")
    return "The old key signs until every host has the new one; the change then goes on by itself.";
  return "Every host accepts the key of every other; the change goes on by itself.";
}

function names(holders: readonly Holder[]): string {
  return listText(holders.map(({ node }) => node));
}

const isOrAre = (holders: readonly Holder[]) => (holders.length === 1 ? "is" : "are");
const hasOrHave = (holders: readonly Holder[]) => (holders.length === 1 ? "has" : "have");
