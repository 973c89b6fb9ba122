/**
 * Program of the bench: looks at a virtual IP from outside, from many addresses and ports. `open` binds a socket for each
 * source; `watch` asks some of them every few milliseconds; `served` tells which are answered; `sweep` asks many of them once.
 */
import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import { createInterface } from "node:readline";

const [vip = ""] = process.argv.slice(2);
const port = 5300;
/** Numbers, no names: without this every datagram would wait for a look-up. */
const lookup: SocketOptions["lookup"] = (address, _options, done) => done(null, address, 4);

interface Source {
  socket: Socket;
  /** Answers that came, newest last: number of the question, who, when. */
  answers: { number: number; host: string; at: number }[];
}

const sources: Source[] = [];
let askedAt: number[] = [];
let watched: number[] = [];
let timer: NodeJS.Timeout | undefined;

/** Milliseconds on the clock that all processes of the machine share. */
const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6;

async function open(wanted: { address: string; port: number }[]): Promise<unknown> {
  for (const { address, port: local } of wanted) {
    const source: Source = { socket: createSocket({ type: "udp4", lookup }), answers: [] };
    source.socket.on("error", () => undefined);
    source.socket.on("message", (text) => {
      const [number = "", host = ""] = text.toString("utf8").split(" ");
      source.answers.push({ number: Number(number), host, at: sharedMs() });
    });
    await new Promise<void>((resolve) => source.socket.bind(local, address, resolve));
    sources.push(source);
  }
  return { open: sources.length };
}

function ask(index: number): void {
  const number = askedAt.push(sharedMs()) - 1;
  sources[index]?.socket.send(`${number}`, port, vip);
}

function watch(picks: number[], everyMs: number): unknown {
  clearInterval(timer);
  askedAt = [];
  for (const { answers } of sources) answers.length = 0;
  watched = picks;
  if (picks.length > 0) timer = setInterval(() => picks.forEach(ask), everyMs);
  return {};
}

/** For each watched source: when an answer by another host than `dead` to a question asked after `since` came first. */
function served(since: number, dead: string): unknown {
  const times = watched.map((index) => {
    const found = sources[index]?.answers.find(
      ({ number, host }) => host !== dead && (askedAt[number] ?? 0) >= since,
    );
    return found?.at ?? null;
  });
  return { times };
}

/** Asks each source, the silent ones again every 50 ms until all have answered or the time is over. */
async function sweep(indexes: number[], limitMs: number): Promise<unknown> {
  const began = sharedMs();
  const first = askedAt.length;
  const isSilent = (index: number): boolean => !sources[index]?.answers.some(({ number }) => number >= first);
  let silent = indexes;
  while (silent.length > 0 && sharedMs() - began < limitMs) {
    for (const index of silent) {
      ask(index);
      if (askedAt.length % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    silent = silent.filter(isSilent);
  }
  return { silent: silent.length, tookMs: sharedMs() - began };
}

async function answer(question: Record<string, unknown>): Promise<unknown> {
  const numbers = (question["indexes"] ?? []) as number[];
  if (question["verb"] === "open") return open(question["sources"] as { address: string; port: number }[]);
  if (question["verb"] === "watch") return watch(numbers, Number(question["everyMs"]));
  if (question["verb"] === "served") return served(Number(question["since"]), String(question["dead"]));
  return sweep(numbers, Number(question["limitMs"]));
}

createInterface({ input: process.stdin }).on("line", (line) => {
  void answer(JSON.parse(line) as Record<string, unknown>).then((result) =>
    process.stdout.write(`${JSON.stringify(result)}\n`),
  );
});
process.stdout.write('{"event":"ready"}\n');
