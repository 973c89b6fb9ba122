/** Many flows of one datagram each: who answered them, and whether anybody answered twice. Part of the client program. */
import { createSocket, type Socket } from "node:dgram";

const batchMax = 400;
const askAgainMs = 300;
const patienceMs = 30_000;
/** A second answer would come at once: everybody is on the same switch. */
const secondAnswerMs = 50;

export interface Flows {
  flows: number;
  answered: number;
  /** Flows that two hosts answered, or one host twice without being asked twice. */
  twice: number;
  hosts: Record<string, number>;
}

interface Flow {
  socket: Socket;
  asked: number;
  /** Answers by the number of the question. */
  answers: Map<string, string[]>;
}

export async function flows(
  target: { vip: string; port: number },
  sources: string[],
  count: number,
): Promise<Flows> {
  const sum: Flows = { flows: count, answered: 0, twice: 0, hosts: {} };
  for (let done = 0; done < count; done += batchMax) {
    const size = Math.min(batchMax, count - done);
    const batch = await Promise.all(
      Array.from({ length: size }, (_, index) => open(sources[(done + index) % sources.length] ?? "")),
    );
    await Promise.all(batch.map((flow) => ask(flow, target)));
    await new Promise((resolve) => setTimeout(resolve, secondAnswerMs));
    for (const flow of batch) take(sum, flow);
  }
  return sum;
}

async function open(address: string): Promise<Flow> {
  const socket = createSocket("udp4");
  const flow: Flow = { socket, asked: 0, answers: new Map() };
  socket.on("message", (text) => {
    const [number = "", host = ""] = text.toString("utf8").split(" ");
    flow.answers.set(number, [...(flow.answers.get(number) ?? []), host]);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return flow;
}

async function ask(flow: Flow, { vip, port }: { vip: string; port: number }): Promise<void> {
  for (const end = performance.now() + patienceMs; flow.answers.size === 0 && performance.now() < end; ) {
    flow.asked += 1;
    flow.socket.send(`${flow.asked}`, port, vip);
    const again = performance.now() + askAgainMs;
    while (flow.answers.size === 0 && performance.now() < again)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function take(sum: Flows, { socket, answers }: Flow): void {
  socket.close();
  const hosts = new Set([...answers.values()].flat());
  sum.answered += answers.size > 0 ? 1 : 0;
  sum.twice += hosts.size > 1 || [...answers.values()].some((given) => given.length > 1) ? 1 : 0;
  for (const host of hosts) sum.hosts[host] = (sum.hosts[host] ?? 0) + 1;
}
