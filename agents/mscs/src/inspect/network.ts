/** Facts of the network, as seen from this node: interfaces, the peer, the groups' addresses, names, ports, the witness. */
import { lookup } from "node:dns/promises";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { canonicalAddress } from "@bulkhead/core/fleet";
import type {
  GroupAddressFact,
  InterfaceFact,
  MscsPolicy,
  NodeFacts,
  PeerFact,
  PortFact,
  WitnessReachFact,
} from "@bulkhead/core/mscs";
import { nudge, tryConnect } from "@bulkhead/net/reach";
import { type Execute, missingPrograms } from "@bulkhead/pacemaker";
import { said, textOf } from "./machine.ts";

const answerMs = 1_000;
const qnetdPort = 5403;
const corosyncPort = 5405;

/** As `ip -json address` prints it. */
interface IpRow {
  ifname: string;
  mtu: number;
  flags: string[];
  addr_info: { local: string; prefixlen: number; dynamic?: boolean }[];
}

/** Without loopback. Empty where `ip` cannot be run. */
export async function interfaceFacts(run: Execute): Promise<InterfaceFact[]> {
  const done = await run("ip", ["-json", "address"], { timeoutMs: 5_000 }).catch(() => null);
  if (done?.code !== 0) return [];
  return (JSON.parse(done.stdout) as IpRow[])
    .filter(({ flags }) => !flags.includes("LOOPBACK"))
    .map(({ ifname, mtu, flags, addr_info }) => ({
      name: ifname,
      mtu,
      isUp: flags.includes("UP") && flags.includes("LOWER_UP"),
      addresses: addr_info.map(({ local, prefixlen, dynamic }) => ({
        address: local,
        prefixLength: prefixlen,
        isDynamic: dynamic === true,
      })),
    }));
}

/** The peer on each heartbeat network. A refused connection is an answer as well: somebody is there. */
export async function peerFacts(
  run: Execute,
  { policy, node, interfaces }: { policy: MscsPolicy; node: string; interfaces: readonly InterfaceFact[] },
): Promise<PeerFact[]> {
  const peer = policy.nodes.find((item) => item.node !== node);
  const own = policy.nodes.find((item) => item.node === node);
  const tries = policy.networks.flatMap(({ name, link }) => {
    const [address, from] =
      link === 1 ? [peer?.secondAddress, own?.secondAddress] : [peer?.address, own?.address];
    return link === null || !address ? [] : [{ network: name, address, from: from ?? "" }];
  });
  return Promise.all(
    tries.map(async ({ network, address, from }) => {
      const roundTripMs = await answerTime(address, corosyncPort);
      const mtu = interfaces.find((item) => item.addresses.some((own) => own.address === from))?.mtu ?? null;
      const isFullSizeHeard = roundTripMs === null || mtu === null ? null : await fullSize(run, address, mtu);
      return { network, address, isReachable: roundTripMs !== null, roundTripMs, isFullSizeHeard };
    }),
  );
}

/** Milliseconds until a TCP connection is taken or refused; null = nobody answers. */
async function answerTime(address: string, port: number): Promise<number | null> {
  const start = performance.now();
  const outcome = await tryConnect({ address, port }, answerMs);
  return outcome === "silent" ? null : Math.round((performance.now() - start) * 100) / 100;
}

/** Null where there is no ping. 28 or 48 bytes are the headers of IP and ICMP. */
async function fullSize(run: Execute, address: string, mtu: number): Promise<boolean | null> {
  if ((await missingPrograms(["ping"])).length > 0) return null;
  const size = String(mtu - (isIpv6(address) ? 48 : 28));
  const args = ["-c", "1", "-W", "1", "-M", "do", "-s", size, address];
  const code = (await run("ping", args, { timeoutMs: 3_000 }).catch(() => null))?.code;
  // 1: no answer. Anything else: ping itself could not (no raw sockets, for example).
  return code === 0 ? true : code === 1 ? false : null;
}

/** Each address of an ipAddress resource: does somebody hold it? IPv6 that we do not hold ourselves is not asked for. */
export async function addressFacts(
  run: Execute,
  policy: MscsPolicy,
  interfaces: readonly InterfaceFact[],
): Promise<GroupAddressFact[]> {
  const wanted = policy.groups.flatMap((group) =>
    group.resources.flatMap((item) => (item.type === "ipAddress" ? [item] : [])),
  );
  return Promise.all(
    wanted.map(async ({ address, interface: nic }): Promise<GroupAddressFact> => {
      const own = interfaces.find((item) =>
        item.addresses.some((held) => canonicalAddress(held.address) === canonicalAddress(address)),
      );
      if (own !== undefined) return { address, heldBy: "self", where: own.name };
      if (isIpv6(address)) return { address, heldBy: null, where: null };
      const mac = await whoAnswers(run, address, nic);
      return { address, heldBy: mac === null ? "nobody" : "other", where: mac };
    }),
  );
}

/** MAC of who answers ARP for an IPv4 address; null = nobody within a second. What the kernel remembers does not count. */
export async function whoAnswers(run: Execute, address: string, nic: string): Promise<string | null> {
  await run("ip", ["neigh", "del", address, "dev", nic], { timeoutMs: 5_000 }).catch(() => null);
  await nudge(address);
  for (let waitedMs = 0; waitedMs < answerMs; waitedMs += 50) {
    const mac = macIn(await textOf("/proc/net/arp"), address, nic);
    if (mac !== null) return mac;
    await pause(50);
  }
  return null;
}

export function isIpv6(address: string): boolean {
  return address.includes(":");
}

/** Flag 2: the entry is complete. */
export function macIn(table: string, address: string, nic: string): string | null {
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find(([ip, , flags, , , device]) => {
    return ip === address && device === nic && (Number(flags) & 2) !== 0;
  });
  return row?.[3] ?? null;
}

/** What the names of nodes and witness mean here. */
export async function nameFacts(names: readonly string[]): Promise<NodeFacts["names"]> {
  return Promise.all(
    names.map(async (name) => {
      const found = await lookup(name, { all: true }).catch(() => []);
      return { name, addresses: found.map(({ address }) => address) };
    }),
  );
}

/** Corosync's ports, and those on which the groups' services will listen. */
export async function portFacts(run: Execute, policy: MscsPolicy): Promise<PortFact[]> {
  const hasSecond = policy.nodes.every(({ secondAddress }) => secondAddress !== null);
  const engine = [corosyncPort, ...(hasSecond ? [corosyncPort + 1] : [])];
  const services = policy.groups.flatMap((group) =>
    group.resources.flatMap((item) => ("port" in item ? [item.port] : [])),
  );
  return Promise.all([
    ...engine.map((port) => holderOf(run, { protocol: "udp", port })),
    ...[...new Set(services)].map((port) => holderOf(run, { protocol: "tcp", port })),
  ]);
}

export async function holderOf(run: Execute, place: Pick<PortFact, "protocol" | "port">): Promise<PortFact> {
  const flag = place.protocol === "tcp" ? "-Hlntp" : "-Hlnup";
  const line = await said(run, "ss", [flag, "sport", "=", `:${place.port}`]);
  if (line === "") return { ...place, heldBy: null };
  return { ...place, heldBy: /\(\("([^"]+)"/.exec(line)?.[1] ?? "another program" };
}

/** Whether the certificates fit is seen by the engine's own connection; here it is only asked for. */
export async function witnessFact(
  policy: MscsPolicy,
  seen: { isTls: boolean | null; why: string | null },
): Promise<WitnessReachFact | null> {
  if (policy.witness === null) return null;
  const { address } = policy.witness;
  const outcome = await tryConnect({ address, port: qnetdPort }, answerMs);
  const words = {
    taken: `${address} takes connections on TCP ${qnetdPort}`,
    refused: `${address} is there, but corosync-qnetd does not listen on TCP ${qnetdPort}`,
    silent: `${address} does not answer on TCP ${qnetdPort}`,
  };
  return { address, isReachable: outcome === "taken", isTls: seen.isTls, said: seen.why ?? words[outcome] };
}
