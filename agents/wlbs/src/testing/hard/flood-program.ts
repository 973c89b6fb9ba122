/**
 * Program of the proof with multitudes: sends one datagram from each of many places. Arguments: virtual IP, port, addresses. Flow
 * N has the address N mod their number and a port of its own, so that it can be asked again: `{ "flows": [N, ...], "bytes": 4 }`.
 */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { createInterface } from "node:readline";
import { flowPlace } from "./flow-place.ts";

const [vip = "", port = "", sourceText = ""] = process.argv.slice(2);
const sources = sourceText.split(",");
/** Small enough for the receive buffer of a busy server. */
const batch = 100;

function send(flow: number, bytes: number): Promise<void> {
  const { address, port: local } = flowPlace(sources, flow);
  const socket = createSocket({ type: isIPv6(vip) ? "udp6" : "udp4", reuseAddr: true });
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.bind(local, address, () =>
      socket.send(Buffer.alloc(bytes), Number(port), vip, (error) => {
        socket.close();
        if (error) reject(error);
        else resolve();
      }),
    );
  });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { flows, bytes = 4 } = JSON.parse(line) as { flows: number[]; bytes?: number };
  void (async () => {
    for (let at = 0; at < flows.length; at += batch)
      await Promise.all(flows.slice(at, at + batch).map((flow) => send(flow, bytes)));
    process.stdout.write('{"sent":true}\n');
  })();
});
