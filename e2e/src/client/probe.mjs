/**
 * Asks PATH of the VIP over and over, each time on a new connection, until the file STOP exists; prints every answer with
 * its times (epoch ms). With the first answer the file STOP.running appears. Many at once: one that waits must not hide
 * the others. Runs in the client node.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";

const [path, stop, everyMs, timeoutMs] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
];
const probes = [];
const open = new Set();
let isRunning = false;

function ask() {
  const probe = { at: Date.now(), host: null, status: null, doneAt: null };
  probes.push(probe);
  const call = http.get(
    { host: "10.77.0.100", path, agent: false, headers: { accept: "application/json" } },
    (response) => {
      let body = "";
      response.on("data", (text) => {
        body += text;
      });
      response.on("end", () =>
        end(body.startsWith("{") ? JSON.parse(body).host : body.trim(), response.statusCode),
      );
    },
  );
  const timer = setTimeout(() => call.destroy(new Error("too late")), timeoutMs);
  const end = (host, status) => {
    clearTimeout(timer);
    open.delete(probe);
    probe.doneAt ??= Date.now();
    probe.host ??= host;
    probe.status ??= status;
    if (status !== null && !isRunning) writeFileSync(`${stop}.running`, "");
    isRunning ||= status !== null;
  };
  open.add(probe);
  call.on("error", () => end(null, null));
}

const timer = setInterval(() => {
  if (!existsSync(stop)) return ask();
  clearInterval(timer);
  rmSync(stop);
  rmSync(`${stop}.running`, { force: true });
  const wait = setInterval(() => {
    if (open.size > 0) return;
    clearInterval(wait);
    console.log(JSON.stringify(probes));
  }, 20);
}, everyMs);
