/**
 * Writes rows with rising numbers into the shop's ledger, one transaction each, until the file STOP exists; then prints which
 * were acknowledged and when (epoch ms), reads the table, and prints which of them are not there. A transaction whose outcome
 * is not known is given up: the next one has another number. STOP.running holds when the last one was acknowledged. ledger-writer.mjs HOST STOP EVERY_MS. Runs in the client node.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";

// The node's libraries lie in the lab's corner; a program from standard input has no directory of its own.
const pg = createRequire("/run/lab/src/apps/lab/src/")("pg");

const [host, stop, everyMs] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const limits = { connectionTimeoutMillis: 250, query_timeout: 1000 };
const first = Date.now() * 1000;
const acknowledged = [];
let unknown = 0;
let client = null;

async function connected() {
  if (client !== null) return client;
  const fresh = new pg.Client({ host, port: 5432, user: "shop", database: "shop", ...limits });
  fresh.on("error", () => undefined);
  await fresh.connect();
  client = fresh;
  return fresh;
}

function drop() {
  client?.connection?.stream?.destroy();
  client = null;
}

async function write(seq) {
  const connection = await connected();
  unknown += 1;
  await connection.query("INSERT INTO ledger (seq) VALUES ($1)", [seq]);
  unknown -= 1;
  const at = Date.now();
  acknowledged.push({ seq, at });
  writeFileSync(`${stop}.running`, String(at));
}

let seq = first;
while (!existsSync(stop)) {
  seq += 1;
  await write(seq).catch(drop);
  await delay(everyMs);
}
rmSync(stop);
rmSync(`${stop}.running`, { force: true });

async function present() {
  const connection = await connected();
  const { rows } = await connection.query("SELECT seq FROM ledger WHERE seq > $1", [first]);
  return new Set(rows.map((row) => Number(row.seq)));
}

let rows = null;
for (let left = 200; rows === null; left -= 1) {
  rows = await present().catch(drop);
  rows ??= null;
  if (left === 0) break;
  if (rows === null) await delay(250);
}
const missing = rows === null ? null : acknowledged.filter((entry) => !rows.has(entry.seq));
console.log(JSON.stringify({ acknowledgedAt: acknowledged.map(({ at }) => at), unknown, missing }));
drop();
