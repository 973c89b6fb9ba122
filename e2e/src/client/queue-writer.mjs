/**
 * Publishes numbered messages to the broker, retained and with acknowledgement (QoS 1), until the file STOP exists; then prints
 * when each was acknowledged (epoch ms), asks the broker for all of them, and prints which acknowledged ones are not there.
 * STOP.running holds when the last one was acknowledged. MQTT 3.1.1 in the few packets that this takes. queue-writer.mjs HOST STOP EVERY_MS. Runs in the client node.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const [host, stop, everyMs] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const topics = `ledger/${Date.now()}`;
const answerWithinMs = 1000;
const kinds = { connack: 2, publish: 3, puback: 4, suback: 9 };
const acknowledged = [];
let unknown = 0;
let session = null;

const text = (value) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

/** All packets sent here are shorter than 128 bytes, so that their length is one byte. */
const packet = (head, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([head, body.length]), body]);
};

const number = (id) => Buffer.from([id >> 8, id & 255]);

/** Takes whole packets off the front of `bytes`; returns the rest. */
function takePackets(bytes, onPacket) {
  let rest = bytes;
  for (;;) {
    let length = 0;
    let at = 1;
    for (let shift = 0; ; shift += 7, at += 1) {
      if (at >= rest.length) return rest;
      length += (rest[at] & 127) << shift;
      if (rest[at] < 128) break;
    }
    const end = at + 1 + length;
    if (rest.length < end) return rest;
    onPacket(rest[0] >> 4, rest.subarray(at + 1, end));
    rest = rest.subarray(end);
  }
}

/** A connection that has been accepted. `waitFor(kind, id)` resolves with the body of the answer. */
async function open() {
  const socket = connect({ host, port: 1883 });
  const waiting = [];
  const retained = new Map();
  let bytes = Buffer.alloc(0);
  const fail = () => {
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(new Error("the connection ended"));
  };
  socket.on("error", fail).on("close", fail);
  socket.on("data", (chunk) => {
    bytes = takePackets(Buffer.concat([bytes, chunk]), (kind, body) => {
      if (kind === kinds.publish) retained.set(body.subarray(2, 2 + body.readUInt16BE(0)).toString(), true);
      const index = waiting.findIndex((entry) => entry.kind === kind);
      if (index >= 0) waiting.splice(index, 1)[0].resolve(body);
    });
  });
  const waitFor = (kind, withinMs) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(fail, withinMs);
      const settled = (settle) => (value) => {
        clearTimeout(timer);
        settle(value);
      };
      waiting.push({ kind, resolve: settled(resolve), reject: settled(reject) });
    });
  const hello = packet(0x10, text("MQTT"), Buffer.from([4, 2, 0, 60]), text(`ledger-${process.pid}`));
  socket.on("connect", () => socket.write(hello));
  await waitFor(kinds.connack, 400);
  return { socket, waitFor, retained, end: fail };
}

async function publish(seq) {
  session ??= await open();
  unknown += 1;
  const id = (seq % 65_000) + 1;
  session.socket.write(packet(0x33, text(`${topics}/${seq}`), number(id), Buffer.from(String(seq))));
  await session.waitFor(kinds.puback, answerWithinMs);
  unknown -= 1;
  const at = Date.now();
  acknowledged.push({ seq, at });
  writeFileSync(`${stop}.running`, String(at));
}

const drop = () => {
  session?.end();
  session = null;
};

for (let seq = 1; !existsSync(stop); seq += 1) {
  await publish(seq).catch(drop);
  await delay(everyMs);
}
rmSync(stop);
rmSync(`${stop}.running`, { force: true });
drop();

/** Topics that the broker has kept; all are there when none has come for half a second. */
async function kept() {
  const reader = await open();
  // QoS 0 towards us: of more, only 20 come until they are acknowledged.
  reader.socket.write(packet(0x82, number(1), text(`${topics}/#`), Buffer.from([0])));
  await reader.waitFor(kinds.suback, 5000);
  for (let before = -1; reader.retained.size !== before; await delay(500)) before = reader.retained.size;
  // Nothing of ours stays in the broker.
  for (const topic of reader.retained.keys()) reader.socket.write(packet(0x31, text(topic)));
  await delay(200);
  reader.end();
  return reader.retained;
}

let found = null;
for (let left = 100; found === null && left > 0; left -= 1) {
  found = await kept().catch(() => null);
  if (found === null) await delay(250);
}
const missing = found === null ? null : acknowledged.filter(({ seq }) => !found.has(`${topics}/${seq}`));
console.log(JSON.stringify({ acknowledgedAt: acknowledged.map(({ at }) => at), unknown, missing }));
