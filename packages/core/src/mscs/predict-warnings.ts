/** What an admin should know besides the outcome of a what-if: what protects the pair no more, which limits are near. */
import { failsBackAtOnce } from "./compile-cib.ts";
import type { Situation } from "./predict-owners.ts";
import { linksLeft, type Membership } from "./predict-votes.ts";
import type { GroupOutcome, WhatIfEvent } from "./prediction.ts";

interface WarningsInput {
  situation: Situation;
  membership: Membership;
  event: WhatIfEvent;
  outcomes: readonly GroupOutcome[];
}

/** Sentences; the gravest first. */
export function warningsOf(input: WarningsInput): string[] {
  return [
    ...splitWarnings(input),
    ...fencingWarnings(input),
    ...witnessWarnings(input),
    ...redundancyWarnings(input),
    ...linkWarnings(input),
    ...groupWarnings(input),
  ];
}

function splitWarnings({ situation, membership, event }: WarningsInput): string[] {
  if (event.kind !== "linkLoss" || membership.cutOff.length === 0) return [];
  const { policy } = situation;
  if (policy.witness === null && policy.fencing === null) {
    return [
      "Split-brain: both nodes live, neither hears the other, and each brings every group online. A shared disk would be destroyed. Give the pair a witness and fencing.",
    ];
  }
  if (policy.witness === null) {
    return [
      `Without a witness it is a race: each node tries to fence the other, and either may win, also the one that no client reaches. Told here as if ${membership.members[0]} wins.`,
    ];
  }
  if (!membership.hasQuorum) return ["Neither side has quorum, so both nodes stop everything."];
  return [];
}

function fencingWarnings({ situation, membership }: WarningsInput): string[] {
  if (membership.lost.length === 0 || !membership.hasQuorum) return [];
  const { policy, state } = situation;
  if (policy.fencing === null) {
    return membership.lost.map(
      (node) =>
        `The pair has no fencing: ${node} is only believed to be dead. If it lives, the same groups may run on both nodes.`,
    );
  }
  return membership.lost
    .filter((node) => state.brokenFencing.includes(node))
    .map(
      (node) =>
        `The fence device of ${node} did not work when it was last looked at. Nothing of ${node} is taken over until fencing succeeds.`,
    );
}

function witnessWarnings({ situation, membership, event }: WarningsInput): string[] {
  const { policy } = situation;
  if (policy.witness === null) {
    return membership.hasQuorum || event.kind !== "nodeReturn"
      ? []
      : ["Without a witness a node that starts alone waits for the other one, however long that takes."];
  }
  if (membership.hasWitness) return [];
  return [
    membership.members.length < 2
      ? "The witness is lost too: one vote of three is not enough. The witness coming back brings the groups back."
      : "The witness does not vote: if a node is lost now, the other one stops everything.",
  ];
}

function redundancyWarnings({ situation, membership }: WarningsInput): string[] {
  const [only, second] = situation.members.filter((name) =>
    situation.state.nodes.some((node) => node.name === name && node.state === "up"),
  );
  if (!membership.hasQuorum || second !== undefined) return [];
  return [
    only === undefined
      ? "No node of the pair takes groups: resume one."
      : `No redundancy: ${only} is the only node left that takes groups.`,
  ];
}

function linkWarnings({ situation, membership, event }: WarningsInput): string[] {
  if (event.kind !== "linkLoss" || membership.cutOff.length > 0) return [];
  const network = situation.policy.networks.find((item) => item.name === event.network);
  if (network === undefined) return [`The pair has no network ${event.network}.`];
  if (network.link === null) {
    return [
      `${network.name} carries no heartbeats, so no group moves, although clients on it are cut off. Move groups by hand if only one node has lost it.`,
    ];
  }
  const left = linksLeft(situation.policy, situation.state.deadNetworks);
  return left.length === 1
    ? [`${left[0]} is the last network with heartbeats: losing it splits the pair.`]
    : [];
}

function groupWarnings({ situation, event, outcomes }: WarningsInput): string[] {
  return outcomes.flatMap((outcome) => {
    const group = situation.policy.groups.find((item) => item.name === outcome.group);
    if (group === undefined || outcome.verdict !== "moves") return [];
    if (event.kind === "move")
      return returnWarnings(outcome, failsBackAtOnce(group), group.preferredOwners[0]);
    const isFailure =
      event.kind === "nodeLoss" || event.kind === "linkLoss" || event.kind === "resourceFailure";
    const left = group.failover.threshold - (situation.state.failovers[group.name] ?? 0) - 1;
    if (!isFailure || left > 0) return [];
    return [
      `${group.name} has then used up its failovers: the next one within ${group.failover.periodHours} h leaves it offline.`,
    ];
  });
}

/** A group that fails back at once does not stay where it was moved to. */
function returnWarnings(
  outcome: GroupOutcome,
  isImmediate: boolean,
  preferred: string | undefined,
): string[] {
  if (!isImmediate || preferred === undefined || outcome.to === preferred) return [];
  return [`${outcome.group} fails back at once: as soon as the move is done, it goes back to ${preferred}.`];
}
