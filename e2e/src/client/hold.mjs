/**
 * Opens COUNT long connections to the VIP and keeps them until the file STOP exists; prints for each which host holds it,
 * how many ticks came, the longest silence and whether it broke. Runs in the client node.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";

const [count, stop, ready] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const held = Array.from({ length: count }, () => ({
  host: null,
  ticks: 0,
  lastAt: 0,
  silenceMsMax: 0,
  broken: false,
}));

function hold(entry) {
  const call = http.get({ host: "10.77.0.100", path: "/hold", agent: false }, (response) => {
    response.setEncoding("utf8");
    response.on("data", (text) => onTick(entry, text));
    for (const event of ["end", "error", "aborted"]) response.on(event, () => broke(entry));
  });
  call.on("error", () => broke(entry));
}

function onTick(entry, text) {
  const now = Date.now();
  entry.host ??= text.split(" ")[0];
  if (entry.lastAt > 0) entry.silenceMsMax = Math.max(entry.silenceMsMax, now - entry.lastAt);
  entry.lastAt = now;
  entry.ticks += text.trim().split("\n").length;
}

let isOver = false;
function broke(entry) {
  if (!isOver) entry.broken = true;
}

for (const entry of held) hold(entry);
let isReady = false;
setInterval(() => {
  if (!isReady && held.every(({ ticks, broken }) => ticks > 1 || broken)) {
    isReady = true;
    writeFileSync(ready, "");
  }
  if (!existsSync(stop)) return;
  isOver = true;
  rmSync(stop);
  const now = Date.now();
  for (const entry of held) entry.silenceMsMax = Math.max(entry.silenceMsMax, now - entry.lastAt);
  console.log(JSON.stringify(held));
  process.exit(0);
}, 100);
