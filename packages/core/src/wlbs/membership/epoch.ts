/**
 * Comparing epochs: which of two is newer, and which of two separate clusters has to give way when they meet again.
 */
import type { Epoch, EpochView, MemberId } from "../convergence/messages.ts";
import { includes } from "../convergence/state.ts";

/** True when `a` supersedes `b`. A total order, the same on every host: counter first, then the lower coordinator. */
export function isNewer(a: Epoch, b: Epoch): boolean {
  if (a.counter !== b.counter) return a.counter > b.counter;
  return a.coordinator < b.coordinator;
}

export function sameEpoch(a: Epoch, b: Epoch): boolean {
  return a.counter === b.counter && a.coordinator === b.coordinator;
}

function isSame(a: MemberId | undefined, b: MemberId | undefined): boolean {
  return a?.hostId === b?.hostId && a?.incarnation === b?.incarnation;
}

/**
 * The very same redistribution. Numbers alone do not tell: a cluster that was down altogether counts from 1 again,
 * and a host may still live in an epoch of before.
 */
export function sameView(a: EpochView, b: EpochView): boolean {
  if (!sameEpoch(a.epoch, b.epoch) || a.tableDigest !== b.tableDigest) return false;
  if (a.members.length !== b.members.length) return false;
  // Asked for every beat that is heard, so without a function for each member.
  for (let i = 0; i < a.members.length; i += 1) if (!isSame(a.members[i], b.members[i])) return false;
  return true;
}

/** As status and logs show it: "12.1" = the 12th redistribution, proposed by host 1. */
export function epochText(epoch: Epoch): string {
  return `${epoch.counter}.${epoch.coordinator}`;
}

/**
 * After a partition has healed two epochs meet that do not include each other. The side with more hosts stays, so
 * that few connections have to drain; between equals the newer epoch (then the lower coordinator) stays. Hosts that
 * both claim are counted for the newer one only: they have left the older. KB 193603 leaves this to the admin.
 */
export function mustGiveWay(mine: EpochView, theirs: EpochView): boolean {
  const mineIsNewer = isNewer(mine.epoch, theirs.epoch);
  const [newer, older] = mineIsNewer ? [mine, theirs] : [theirs, mine];
  const stillOlder = older.members.filter((member) => !includes(newer.members, member)).length;
  const newerStays = newer.members.length >= stillOlder;
  return newerStays !== mineIsNewer;
}
