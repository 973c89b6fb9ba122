/**
 * When failures of an address may be forgotten because its cable is back. An address that could not start without a carrier is given up
 * on that node until the restart period is over, and the other node would have nowhere to fail over to meanwhile. Pure.
 */
import type { MscsPolicy } from "./types.ts";
import type { ClusterView } from "./view.ts";

/** A cable that comes and goes is not back yet; and what began without it has failed by then. */
const settleMs = 3_000;

interface Cable {
  /** Null = it is pulled. */
  backSince: number | null;
  /** What failed meanwhile was not yet forgotten. A node that starts to look does not know what was before it. */
  isDue: boolean;
}

/** Cables of one node, by interface. */
export type Cables = Readonly<Record<string, Cable>>;

export interface CarrierLook {
  /** Monotonic, ms. */
  now: number;
  /** This node. */
  node: string;
  policy: MscsPolicy;
  view: ClusterView;
  hasCarrier(nic: string): boolean;
}

interface Address {
  group: string;
  name: string;
  nic: string;
}

/** To be asked with every view. `forget`: the addresses whose failures on this node are to be forgotten now; once for each pull. */
export function stepCarrier(
  cables: Cables,
  look: CarrierLook,
): { cables: Cables; forget: { group: string; name: string }[] } {
  const { policy, view } = look;
  const isBlind = view.engineBlind !== null || view.dc === null || !view.hasQuorum;
  if (policy.engine === "adopted" || isBlind) return { cables, forget: [] };
  const addresses = addressesOf(policy);
  const nics = [...new Set(addresses.map(({ nic }) => nic))];
  const seen = nics.map((nic) => [nic, seenNow(cables[nic], look, nic)] as const);
  const back = new Set(seen.filter(([, { isBack }]) => isBack).map(([nic]) => nic));
  return {
    cables: Object.fromEntries(seen.map(([nic, { cable }]) => [nic, cable])),
    forget: addresses
      .filter((address) => back.has(address.nic) && isGivenUp(look, address))
      .map(({ group, name }) => ({ group, name })),
  };
}

function seenNow(
  known: Cable | undefined,
  { now, hasCarrier }: CarrierLook,
  nic: string,
): { cable: Cable; isBack: boolean } {
  if (!hasCarrier(nic)) return { cable: { backSince: null, isDue: true }, isBack: false };
  const backSince = known?.backSince ?? now;
  const isDue = known?.isDue ?? true;
  const isBack = isDue && now - backSince >= settleMs;
  return { cable: { backSince, isDue: isDue && !isBack }, isBack };
}

function addressesOf({ groups }: MscsPolicy): Address[] {
  return groups.flatMap((group) =>
    group.resources.flatMap((item) =>
      item.type === "ipAddress" ? [{ group: group.name, name: item.name, nic: item.interface }] : [],
    ),
  );
}

function isGivenUp({ view, node }: CarrierLook, { group, name }: Address): boolean {
  const seen = view.groups.find((item) => item.name === group)?.resources.find((item) => item.name === name);
  return seen?.failedOn?.some((failed) => failed.node === node && failed.hard !== null) === true;
}
