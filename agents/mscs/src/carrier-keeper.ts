/** Lets an address run again on this node when its cable is back (`stepCarrier` of core says when). */
import { networkInterfaces } from "node:os";
import { type Cables, type ClusterView, type MscsPolicy, resourceId, stepCarrier } from "@bulkhead/core/mscs";
import type { EngineOrders } from "@bulkhead/pacemaker";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";

export interface CarrierKeeperOptions {
  node: string;
  clock: Pick<Clock, "monotonicMs">;
  log: Logger;
  orders: Pick<EngineOrders, "clearOn">;
  /** Default: what the kernel says; only interfaces that run are in its list. */
  hasCarrier?: (nic: string) => boolean;
}

/** To be called with every view, about every second. Never rejects: what could not be forgotten is tried at the next pull. */
export function createCarrierKeeper(options: CarrierKeeperOptions) {
  const { node, clock, log, orders, hasCarrier = (nic) => networkInterfaces()[nic] !== undefined } = options;
  let cables: Cables = {};

  return async (policy: MscsPolicy | null, view: ClusterView): Promise<void> => {
    if (policy === null) return;
    const step = stepCarrier(cables, { now: clock.monotonicMs(), node, policy, view, hasCarrier });
    cables = step.cables;
    for (const { group, name } of step.forget) {
      try {
        await orders.clearOn(resourceId(group, name), node);
        log.info({ group, name }, "forgot failures of an address whose cable is back");
      } catch (error) {
        log.warn({ group, name, error: errorText(error) }, "cannot forget failures of an address");
      }
    }
  };
}
