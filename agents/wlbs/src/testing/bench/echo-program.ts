/**
 * Program of the bench: the service of one host. Repeats the number of every datagram to UDP 5300 and adds its name; says
 * its name for every line on TCP 5301. A process of its own, so that killing the agent ends no connection.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [name = ""] = process.argv.slice(2);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => socket.write(`${name}\n`));
  socket.on("error", () => socket.destroy());
});
await new Promise<void>((resolve) => server.listen(5301, "0.0.0.0", 8192, resolve));

// The answer comes from the host's own address; the prober's sockets take answers from anywhere.
const datagrams = createSocket({ type: "udp4", recvBufferSize: 4_000_000 });
datagrams.on("message", (text, peer) => {
  datagrams.send(`${text.toString("utf8")} ${name}`, peer.port, peer.address);
});
await new Promise<void>((resolve) => datagrams.bind(5300, "0.0.0.0", resolve));
process.stdout.write('{"event":"ready"}\n');
