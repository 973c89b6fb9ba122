/** What a delivery mode asks of the network around the hosts, in sentences for the person who runs that network. */
import type { DeliveryMode, WlbsPolicy } from "./types.ts";

export interface ModeNeed {
  device: "switch" | "router" | "virtual switch";
  text: string;
}

/** Empty: the mode works in any network. The texts name the cluster's own addresses, to be copied into a device. */
export function modeNeeds(
  policy: Pick<WlbsPolicy, "mode" | "clusterMac" | "vips" | "heartbeatGroup">,
): ModeNeed[] {
  const needs: Record<DeliveryMode, () => ModeNeed[]> = {
    unicast: () => [flooding(policy.clusterMac, "unknown unicast"), virtualSwitch(policy.clusterMac)],
    multicast: () => [
      ...staticArp(policy),
      flooding(policy.clusterMac, "multicast"),
      virtualSwitch(policy.clusterMac),
    ],
    igmp: () => [...staticArp(policy), snooping(policy), virtualSwitch(policy.clusterMac)],
    direct: () => [],
  };
  return needs[policy.mode]();
}

function flooding(mac: string | null, kind: string): ModeNeed {
  return {
    device: "switch",
    text: `Frames to ${mac} must reach the ports of all hosts: the switch floods them in the whole VLAN as ${kind}, so keep the hosts in a VLAN of their own, or enter ${mac} as a static MAC on the ports of the hosts. Storm control and flood blocking must let them through.`,
  };
}

function staticArp({ vips, clusterMac }: Pick<WlbsPolicy, "vips" | "clusterMac">): ModeNeed[] {
  const list = vips.map(({ address }) => address).join(", ");
  return [
    {
      device: "router",
      text: `Some routers refuse a multicast MAC as the answer for a unicast address (KB 193602). Such a router needs a static ARP or neighbour entry ${clusterMac} for ${list}.`,
    },
  ];
}

function snooping({
  clusterMac,
  heartbeatGroup,
}: Pick<WlbsPolicy, "clusterMac" | "heartbeatGroup">): ModeNeed {
  return {
    device: "switch",
    text: `IGMP snooping must be on in the VLAN, and a querier must ask there, or the switch forgets the hosts: they join ${heartbeatGroup}, and the switch then sends ${clusterMac} to their ports only.`,
  };
}

function virtualSwitch(mac: string | null): ModeNeed {
  return {
    device: "virtual switch",
    text: `The port of a virtual host must pass frames to ${mac}, which is not the card's own MAC: VMware needs promiscuous mode or MAC learning, Hyper-V MAC address spoofing. Clouds that forward by IP address alone cannot carry it at all.`,
  };
}
