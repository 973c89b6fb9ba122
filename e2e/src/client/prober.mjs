/**
 * Asks a service on new connections, many at once so that one that waits does not hide the others, until the file STOP exists;
 * then prints when each good answer came (epoch ms). prober.mjs sql|mqtt HOST STOP EVERY_MS. Runs in the client node.
 *
 * A good answer of `sql` is the row of a query, of `mqtt` the acceptance of a client: the service works, not only its port.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";

const [kind, host, stop, everyMs] = [
  process.argv[2],
  process.argv[3],
  process.argv[4],
  Number(process.argv[5]),
];
const answerWithinMs = 1000;
const answeredAt = [];

const int32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Startup of protocol 3.0, then a query; the answer is good when a data row ("D") has come. */
const startup = Buffer.from("user\0shop\0database\0shop\0\0");
const sqlHello = Buffer.concat([int32(8 + startup.length), int32(196_608), startup]);
const text = Buffer.from("SELECT 1\0");
const sqlQuery = Buffer.concat([Buffer.from("Q"), int32(4 + text.length), text]);
const mqttHello = Buffer.concat([
  Buffer.from([0x10, 18, 0, 4]),
  Buffer.from("MQTT"),
  Buffer.from([4, 2, 0, 60, 0, 6]),
  Buffer.from("prober"),
]);

function hasRow(bytes) {
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1))
    if (bytes[at] === 0x44) return true;
  return false;
}

const services = {
  sql: { port: 5432, first: Buffer.concat([sqlHello, sqlQuery]), isGood: hasRow },
  mqtt: { port: 1883, first: mqttHello, isGood: (bytes) => bytes[0] === 0x20 && bytes[3] === 0 },
};

const { port, first, isGood } = services[kind];

function ask() {
  const socket = connect({ host, port });
  let bytes = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), answerWithinMs);
  socket.on("connect", () => socket.write(first));
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isGood(bytes)) return;
    answeredAt.push(Date.now());
    if (answeredAt.length === 1) writeFileSync(`${stop}.running`, "");
    socket.destroy();
  });
  socket.on("close", () => clearTimeout(timer)).on("error", () => undefined);
}

const timer = setInterval(() => {
  if (!existsSync(stop)) return ask();
  clearInterval(timer);
  rmSync(stop);
  rmSync(`${stop}.running`, { force: true });
  setTimeout(() => {
    console.log(JSON.stringify(answeredAt));
    process.exit(0);
  }, answerWithinMs);
}, everyMs);
