/**
 * Takes a group offline that has failed over more often than its limit allows. Both nodes count the same history; the
 * coordinator's node writes, and the other one if that has not done it for a while (its agent may be away).
 */
import { type ClusterView, groupsOverLimit, type MscsPolicy } from "@bulkhead/core/mscs";
import { withHalt, type XmlElement } from "@bulkhead/pacemaker";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";

const graceMs = 10_000;

export interface LimitKeeperOptions {
  node: string;
  clock: Clock;
  log: Logger;
  edit(change: (cib: XmlElement) => XmlElement): Promise<void>;
}

/** True if it has written. Never rejects: a write that failed is tried at the next view. */
export function createLimitKeeper({ node, clock, log, edit }: LimitKeeperOptions) {
  let overSince: number | null = null;
  return async (policy: MscsPolicy | null, view: ClusterView): Promise<boolean> => {
    const over = policy === null ? [] : groupsOverLimit(policy, view);
    if (over.length === 0) {
      overSince = null;
      return false;
    }
    overSince ??= clock.monotonicMs();
    if (view.dc !== node && clock.monotonicMs() - overSince < graceMs) return false;
    const atS = Math.floor(clock.nowMs() / 1000);
    try {
      await edit((cib) => over.reduce((next, { group }) => withHalt(next, group, atS), cib));
      log.warn({ over }, "took groups offline that failed over too often");
      return true;
    } catch (error) {
      log.error({ over, error: errorText(error) }, "cannot take groups offline that failed over too often");
      return false;
    }
  };
}
