/**
 * Program of the bench: a client that opens many TCP connections to a virtual IP and keeps them. `open` opens, `check` asks
 * on every one who is there: a connection is kept when it still works and ends on the same host as at first.
 */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

const [vip = "", addressText = ""] = process.argv.slice(2);
const addresses = addressText.split(",");
const port = 5301;
/** TCP asks again after 1, 2, 4, 8 s: what is not answered by then is lost. */
const patienceMs = 20_000;
/** So many connections at once while opening: more would only fill the queues of the machine. */
const atOnce = 100;

interface Held {
  socket: Socket;
  host: string | null;
}

const held: Held[] = [];

function who(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    const done = (host: string | null): void => {
      clearTimeout(limit);
      socket.off("data", onData).off("close", onEnd);
      resolve(host);
    };
    const limit = setTimeout(() => done(null), patienceMs);
    const onData = (bytes: Buffer): void => done(bytes.toString("utf8").trim());
    const onEnd = (): void => done(null);
    if (socket.destroyed) return done(null);
    socket.on("data", onData).on("close", onEnd);
    socket.write("who\n");
  });
}

async function openOne(number: number): Promise<void> {
  const localAddress = addresses[number % addresses.length] ?? "";
  const socket = connect({ host: vip, port, localAddress, noDelay: true });
  socket.on("error", () => undefined);
  held.push({ socket, host: await who(socket) });
}

async function open(count: number): Promise<unknown> {
  for (let at = 0; at < count; at += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - at) }, (_, index) => openOne(at + index));
    await Promise.all(batch);
  }
  return { open: held.filter(({ host }) => host !== null).length };
}

async function check(): Promise<unknown> {
  let kept = 0;
  for (let at = 0; at < held.length; at += atOnce) {
    const batch = held.slice(at, at + atOnce);
    const hosts = await Promise.all(batch.map(({ socket }) => who(socket)));
    kept += hosts.filter((host, index) => host !== null && host === batch[index]?.host).length;
  }
  return { kept };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { verb, count } = JSON.parse(line) as { verb: string; count?: number };
  void (verb === "open" ? open(count ?? 0) : check()).then((result) =>
    process.stdout.write(`${JSON.stringify(result)}\n`),
  );
});
process.stdout.write('{"event":"ready"}\n');
