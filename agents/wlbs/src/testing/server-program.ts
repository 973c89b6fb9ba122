/**
 * Program of the proof: the service behind the VIP on one host. Says its name for every line on TCP; on UDP repeats
 * the number of every datagram and adds its name. Its health port listens until SIGUSR2, and again after the next
 * one. It is a process of its own, so that killing the agent does not end connections.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [name = "", tcpPorts = "", udpPorts = "", healthPort = ""] = process.argv.slice(2);

for (const port of tcpPorts.split(",").map(Number)) {
  const server = createServer((socket) => {
    socket.on("data", () => socket.write(`${name}\n`));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "0.0.0.0", 1024, resolve));
}

const health = createServer((socket) => socket.on("error", () => undefined).destroy());
const listen = (): void => void health.listen(Number(healthPort), "0.0.0.0");
listen();
process.on("SIGUSR2", () => {
  if (health.listening) health.close();
  else listen();
});

// The answer comes from the host's own address; the client's socket takes answers from anywhere.
for (const port of udpPorts.split(",").map(Number)) {
  const datagrams = createSocket("udp4");
  datagrams.on("message", (text, peer) => {
    const number = text.toString("utf8").split("\0")[0];
    datagrams.send(`${number} ${name}`, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => datagrams.bind(port, "0.0.0.0", resolve));
}
process.stdout.write('{"event":"ready"}\n');
