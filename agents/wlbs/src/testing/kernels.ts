/**
 * What the kernels of the proof say: packets sent and taken, SYN-ACKs, leases. Importing it makes the client count.
 */
import { readLeaseLeftMs } from "@bulkhead/nft";
import { clientPlace, type Host, hosts, vip } from "./scene.ts";
import { inside, sharedMs, until } from "./tree.ts";

// Counts what the client sends, and keeps every SYN-ACK with the number of the SYN that it answers (a port may be used
// again later): two with different numbers of their own would mean that two kernels had taken the same SYN.
inside(
  clientPlace,
  `nft -f - <<'END'
table inet sending {
  counter sent { }
  set answers { typeof ip daddr . tcp dport . tcp ackseq . tcp sequence; flags dynamic; size 65535; }
  chain out { type filter hook output priority 0; ip daddr ${vip} counter name sent; }
  chain in { type filter hook input priority 0; tcp flags & (syn|ack) == syn|ack update @answers { ip daddr . tcp dport . tcp ackseq . tcp sequence }; }
}
END`,
);

/** Connections of the whole run, and how many of them two hosts have answered. */
export function answers(): { connections: number; twice: number } {
  const text = inside(clientPlace, "nft -n list set inet sending answers");
  const numbers = new Map<string, Set<string>>();
  for (const [, syn = "", number = ""] of text.matchAll(/([\d.]+ \. \d+ \. \d+) \. (\d+)/g)) {
    numbers.set(syn, (numbers.get(syn) ?? new Set()).add(number));
  }
  return { connections: numbers.size, twice: [...numbers.values()].filter((set) => set.size > 1).length };
}

export interface Packets {
  sent: number;
  taken: number;
  unleased: number;
}

function counted(text: string, names: RegExp): number {
  return [...text.matchAll(names)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/**
 * Packets that a kernel took, from its counters: per rule and virtual IP those of owned (a) and of draining buckets (d),
 * less the strays among them, which conntrack did not know.
 */
function takenBy(counters: string): number {
  const found = [...counters.matchAll(/counter (\S+) \{\s+packets (\d+)/g)];
  const counts = new Map(found.map(([, name = "", packets]) => [name, Number(packets)]));
  return [...counts]
    .filter(([name]) => /^[ad]_/.test(name))
    .reduce((sum, [name, packets]) => sum + Math.max(0, packets - (counts.get(`s${name}`) ?? 0)), 0);
}

/** Packets that left the client for the VIP, and what the hosts' kernels did with them. */
function packets(): Packets {
  const list = (host: Host): string =>
    inside(
      host.place,
      "for f in inet netdev; do nft list counters table $f bulkhead; done 2>/dev/null; true",
    );
  const kernels = hosts.map(list);
  return {
    sent: counted(inside(clientPlace, "nft list counter inet sending sent"), /packets (\d+)/g),
    taken: kernels.reduce((sum, text) => sum + takenBy(text), 0),
    unleased: counted(kernels.join(), /counter unleased \{\s+packets (\d+)/g),
  };
}

/** Counters once two readings agree: nothing is under way any more. */
export async function settledPackets(): Promise<Packets> {
  let last = packets();
  await until("counters to settle", async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = JSON.stringify(last);
    last = packets();
    return JSON.stringify(last) === before;
  });
  return last;
}

export const leaseLives = (host: Host): boolean => leaseLeftMs(host) > 0;

const leaseLeftMs = (host: Host): number =>
  readLeaseLeftMs(inside(host.place, "nft list set netdev bulkhead leased"));

/**
 * Waits for the end of a lease that nobody renews any more; when the kernel ended it, on the shared clock, or a little
 * earlier: a reading is younger than the question for it, however long that took.
 */
export async function leaseEnd(host: Host): Promise<number> {
  let endsAt = 0;
  await until("the lease to run out", () => {
    const askedAt = sharedMs();
    const leftMs = leaseLeftMs(host);
    if (leftMs > 0) endsAt = Math.max(endsAt, askedAt + leftMs);
    return leftMs === 0;
  });
  return endsAt;
}
