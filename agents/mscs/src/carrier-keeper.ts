/**
 * Lets an address run again on this node when its cable is back. An address that could not start without a carrier is given up
 * there until the restart period is over, and the other node would have nowhere to fail over to meanwhile.
 */
import { networkInterfaces } from "node:os";
import { type ClusterView, type MscsPolicy, resourceId } from "@bulkhead/core/mscs";
import type { EngineOrders } from "@bulkhead/pacemaker";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";

/** A cable that comes and goes is not back yet; and what began without it has failed by then. */
const settleMs = 3_000;

export interface CarrierKeeperOptions {
  node: string;
  clock: Pick<Clock, "monotonicMs">;
  log: Logger;
  orders: Pick<EngineOrders, "clearOn">;
  /** Default: what the kernel says; only interfaces that run are in its list. */
  hasCarrier?: (nic: string) => boolean;
}

interface Cable {
  /** Null = it is pulled. */
  backSince: number | null;
  /** What failed meanwhile was not yet forgotten. An agent that starts does not know what was before it. */
  isDue: boolean;
}

/** To be called with every view, about every second. Never rejects: what could not be forgotten is tried at the next pull. */
export function createCarrierKeeper(options: CarrierKeeperOptions) {
  const { node, clock, log, orders, hasCarrier = (nic) => networkInterfaces()[nic] !== undefined } = options;
  const cables = new Map<string, Cable>();

  function isBack(nic: string): boolean {
    const cable = cables.get(nic) ?? { backSince: null, isDue: true };
    cables.set(nic, cable);
    if (!hasCarrier(nic)) {
      cable.backSince = null;
      cable.isDue = true;
      return false;
    }
    cable.backSince ??= clock.monotonicMs();
    if (!cable.isDue || clock.monotonicMs() - cable.backSince < settleMs) return false;
    cable.isDue = false;
    return true;
  }

  return async (policy: MscsPolicy | null, view: ClusterView): Promise<void> => {
    if (policy === null || policy.engine === "adopted") return;
    if (view.engineBlind !== null || view.dc === null || !view.hasQuorum) return;
    const addresses = addressesOf(policy);
    const back = new Set([...new Set(addresses.map(({ nic }) => nic))].filter(isBack));
    for (const { group, name } of addresses.filter(({ nic }) => back.has(nic))) {
      if (!isGivenUp(view, { group, name, node })) continue;
      try {
        await orders.clearOn(resourceId(group, name), node);
        log.info({ group, name }, "forgot failures of an address whose cable is back");
      } catch (error) {
        log.warn({ group, name, error: errorText(error) }, "cannot forget failures of an address");
      }
    }
  };
}

interface Address {
  group: string;
  name: string;
  nic: string;
}

function addressesOf({ groups }: MscsPolicy): Address[] {
  return groups.flatMap((group) =>
    group.resources.flatMap((item) =>
      item.type === "ipAddress" ? [{ group: group.name, name: item.name, nic: item.interface }] : [],
    ),
  );
}

function isGivenUp(
  view: ClusterView,
  { group, name, node }: { group: string; name: string; node: string },
): boolean {
  const seen = view.groups.find((item) => item.name === group)?.resources.find((item) => item.name === name);
  return seen?.failedOn?.some((failed) => failed.node === node && failed.hard !== null) === true;
}
