/**
 * Program of the proofs under hardship: the service of one host, on IPv4 and IPv6. Arguments: its name, TCP ports, UDP
 * ports. Says its name for every line on TCP. A datagram is noted by sender and answered with its own text and the name;
 * `{ "verb": "senders" }` is answered with what was noted, and forgets it.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const [name = "", tcpPorts = "", udpPorts = ""] = process.argv.slice(2);
/** On this port nothing is answered: many flows are only counted. */
const silentPort = 5_302;
let senders: Record<string, { count: number; bytes: number }> = {};

for (const port of tcpPorts.split(",").map(Number)) {
  const server = createServer((socket) => {
    socket.on("data", () => socket.write(`${name}\n`));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen({ port, host: "::", backlog: 8_192 }, resolve));
}

for (const port of udpPorts.split(",").map(Number)) {
  for (const family of ["udp4", "udp6"] as const) {
    const socket = createSocket({
      type: family,
      ipv6Only: family === "udp6",
      recvBufferSize: 8 * 1024 * 1024,
    });
    socket.on("message", (text, { address, port: from }) => {
      const sender = `${address} ${from}`;
      senders[sender] = { count: (senders[sender]?.count ?? 0) + 1, bytes: text.length };
      // From the host's own address; the client's socket takes answers from anywhere.
      if (port !== silentPort) socket.send(`${text.toString("utf8", 0, 20)} ${name}`, from, address);
    });
    await new Promise<void>((resolve) => socket.bind(port, family === "udp6" ? "::" : "0.0.0.0", resolve));
  }
}

createInterface({ input: process.stdin }).on("line", () => {
  process.stdout.write(`${JSON.stringify({ senders })}\n`);
  senders = {};
});
process.stdout.write('{"event":"ready"}\n');
