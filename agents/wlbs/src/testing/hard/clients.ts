/** The clients of the scene: what they open, what became of it, and whether two kernels have answered one SYN. */
import { type Program, sharedMs, until } from "../tree.ts";
import { clientPlace, file, type Host, ownedBy, sources4, sources6, vip4, vip6 } from "./scene.ts";
import { inside, start } from "./wires.ts";

const clients: Record<"4" | "6", Program> = {
  4: start(clientPlace, [file("../client-program.ts"), vip4, sources4.join(",")]),
  6: start(clientPlace, [file("../client-program.ts"), vip6, sources6.join(",")]),
};
const both = [clients[4], clients[6]];

// Keeps every SYN-ACK with the number of the SYN that it answers: two with different numbers of their own would mean that
// two kernels had taken the same SYN. Counts what is refused: a host without the connection has answered.
inside(
  clientPlace,
  `nft -f - <<'END'
table inet watching {
  counter refused { }
  set answers4 { typeof ip daddr . tcp dport . tcp ackseq . tcp sequence; flags dynamic; size 65535; }
  set answers6 { typeof ip6 daddr . tcp dport . tcp ackseq . tcp sequence; flags dynamic; size 65535; }
  chain in {
    type filter hook input priority 0;
    tcp flags rst counter name refused
    tcp flags & (syn|ack) == syn|ack update @answers4 { ip daddr . tcp dport . tcp ackseq . tcp sequence }
    tcp flags & (syn|ack) == syn|ack update @answers6 { ip6 daddr . tcp dport . tcp ackseq . tcp sequence }
  }
}
END`,
);

/** SYNs of the whole run that were answered, how many of them by two hosts, and RST segments that a client got. */
export function answers(): { connections: number; twice: number; refused: number } {
  const sets = ["answers4", "answers6"].map((set) =>
    inside(clientPlace, `nft -n list set inet watching ${set}`),
  );
  const numbers = new Map<string, Set<string>>();
  for (const [, syn = "", number = ""] of sets.join().matchAll(/([\da-f.:]+ \. \d+ \. \d+) \. (\d+)/g)) {
    numbers.set(syn, (numbers.get(syn) ?? new Set()).add(number));
  }
  const refused = /packets (\d+)/.exec(inside(clientPlace, "nft list counter inet watching refused"))?.[1];
  const twice = [...numbers.values()].filter((set) => set.size > 1).length;
  return { connections: numbers.size, twice, refused: Number(refused) };
}

export interface Held {
  address: string;
  port: number;
  host: string;
}

/** Opens connections under a name, half of them by IPv6. */
export async function hold(name: string, port: number, many: number): Promise<Held[]> {
  const opened = await Promise.all(
    both.map((client) => client.ask({ verb: "hold", name, port, count: many / 2 })),
  );
  return opened.flatMap(({ connections }) => connections as Held[]);
}

export interface Checked {
  alive: number;
  same: number;
  of: number;
}

/** How many of the held connections still work, and on the same host as before. */
export async function check(name: string): Promise<Checked> {
  const [a, b] = (await Promise.all(
    both.map((client) => client.ask({ verb: "check", name })),
  )) as unknown as [Checked, Checked];
  return { alive: a.alive + b.alive, same: a.same + b.same, of: a.of + b.of };
}

export async function drop(name: string): Promise<void> {
  await Promise.all(both.map((client) => client.ask({ verb: "drop", name })));
}

/** For connections whose host is gone: nobody will answer the farewell. */
export async function dropSilently(name: string, host: string): Promise<void> {
  await Promise.all(both.map((client) => client.ask({ verb: "drop-silently", name, host })));
}

export function count(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(values)].toSorted().map((value) => [value, values.filter((v) => v === value).length]),
  );
}

/** New connections, closed again: how many each host took. */
export async function takers(port = 80, many = 60): Promise<Record<string, number>> {
  const connections = await hold("takers", port, many);
  await drop("takers");
  return count(connections.map(({ host }) => host));
}

/** Begins to open short connections at an even pace. */
export async function beginProbing(port = 80): Promise<void> {
  await Promise.all(both.map((client) => client.ask({ verb: "probe", port })));
}

interface Probe {
  at: number;
  host: string | null;
}

/** Ends it; how many were not answered in time, and how long after `since` the last of them was asked. */
export async function endProbing(
  since: number,
): Promise<{ probes: number; lost: number; lastLostMs: number }> {
  const stopped = await Promise.all(both.map((client) => client.ask({ verb: "stop-probing" })));
  const probes = stopped.flatMap((answer) => answer["probes"] as Probe[]);
  const lost = probes.filter(({ host }) => host === null);
  const last = Math.max(since, ...lost.map(({ at }) => at));
  return { probes: probes.length, lost: lost.length, lastLostMs: Math.round(last - since) };
}

/** Waits until the survivors own everything between them; how long that took since `since`. */
export async function takenOver(survivors: readonly Host[], since: number): Promise<number> {
  await until("the others to own everything", () => {
    return survivors.reduce((sum, host) => sum + (ownedBy(host) ?? 0), 0) === 4096;
  });
  return Math.round(sharedMs() - since);
}
