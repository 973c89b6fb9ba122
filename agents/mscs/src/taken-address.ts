/**
 * Before an address is given to the pair for the first time: does somebody answer for it already? The resource agents do not
 * ask, and two machines with one address would disturb each other for ever.
 */
import { networkInterfaces } from "node:os";
import { canonicalAddress } from "@bulkhead/core/fleet";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { type Execute, renderXml, type XmlElement } from "@bulkhead/pacemaker";
import { textOf } from "./inspect/machine.ts";
import { isIpv6, macIn, whoAnswers } from "./inspect/network.ts";

export interface TakenOptions {
  run: Execute;
  node: string;
  policy: MscsPolicy;
  /** The pair's configuration as it is now: addresses in it are the pair's own. Null = there is none yet. */
  live: () => Promise<XmlElement | null>;
  /** Default: what is on this machine's interfaces. */
  own?: () => string[];
  /** Default: ARP on this machine. Null = nobody answers. */
  ask?: (address: string, nic: string) => Promise<string | null>;
  /** Default: MAC by which this machine knows the peer on that interface. */
  peerMac?: (address: string, nic: string) => Promise<string | null>;
}

/**
 * Rejects with the address, who has it and what to do (R5). On this machine only the pair's engine may have put it there, and
 * what the engine did it still knows. The peer may answer if it is ahead of us with the same policy: then the configuration says so,
 * or the pair is only being formed. Where it cannot be told from a stranger, since it has no address on that network, nothing is
 * refused.
 */
export async function refuseTakenAddresses(options: TakenOptions): Promise<void> {
  const { run, policy } = options;
  const ask = options.ask ?? ((address, nic) => whoAnswers(run, address, nic));
  const known = await knownText(options);
  const own = (options.own ?? ownAddresses)();
  for (const { address, nic, resource } of addressesOf(policy)) {
    if (known?.includes(valueOf(address)) === true) continue;
    if (own.includes(address)) {
      throw new Error(
        `Address ${address} of resource ${resource} is an address of node ${options.node} itself, and so would answer on both nodes. Give the resource a free address, or remove it from ${options.node} (ip addr shows the interface), and apply again`,
      );
    }
    if (isIpv6(address)) continue;
    const mac = await ask(address, nic);
    if (mac === null) continue;
    const peers = await peerMacs(options, nic);
    if (peers.length === 0) continue;
    if (peers.includes(mac)) {
      if (known === null || (await knownText(options))?.includes(valueOf(address)) === true) continue;
      throw new Error(
        `Address ${address} of resource ${resource} is an address of node ${peerOf(options)?.node} itself, and so would answer on both nodes. Give the resource a free address, or remove it from that node (ip addr shows the interface), and apply again`,
      );
    }
    throw new Error(
      `Address ${address} of resource ${resource} is in use: ${mac} answers for it on ${nic}. Take it from that machine, or give the resource another address, and apply again`,
    );
  }
}

async function knownText({ live }: TakenOptions): Promise<string | null> {
  const cib = await live();
  return cib === null ? null : renderXml(cib);
}

const valueOf = (address: string) => `value="${address}"`;

const peerOf = ({ node, policy }: TakenOptions) => policy.nodes.find((item) => item.node !== node);

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((rows) => rows ?? [])
    .map(({ address }) => canonicalAddress(address) ?? address);
}

function addressesOf(policy: MscsPolicy): { address: string; nic: string; resource: string }[] {
  return policy.groups.flatMap((group) =>
    group.resources.flatMap((item) =>
      item.type === "ipAddress"
        ? [{ address: item.address, nic: item.interface, resource: `${group.name}/${item.name}` }]
        : [],
    ),
  );
}

async function peerMacs(options: TakenOptions, nic: string): Promise<string[]> {
  const { run, peerMac } = options;
  const peer = peerOf(options);
  const addresses = [peer?.address, peer?.secondAddress].filter((item) => typeof item === "string");
  const find = peerMac ?? ((address: string) => macOf(run, address, nic));
  const found = await Promise.all(addresses.map((address) => find(address, nic)));
  return found.filter((mac) => mac !== null);
}

/** What the kernel knows already is enough for a peer. */
async function macOf(run: Execute, address: string, nic: string): Promise<string | null> {
  return macIn(await textOf("/proc/net/arp"), address, nic) ?? whoAnswers(run, address, nic);
}
