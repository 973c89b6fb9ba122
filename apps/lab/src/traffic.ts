/**
 * Steady traffic from the client node: new connections to the virtual IP at an even pace, from many addresses and
 * ports. What came of them is written to a file once a second, which the lab's control socket reads.
 */
import { rename, writeFile } from "node:fs/promises";
import { request } from "node:http";

const target = { host: "10.77.0.100", port: 80, path: "/" };
const everyMs = 50;
const timeoutMs = 3000;
const file = "/run/lab/traffic.json";
const sources = Array.from({ length: 16 }, (_, index) => `10.77.0.${200 + index}`);
/** Seconds of history that are kept. */
const historyS = 120;

interface Second {
  /** Epoch seconds. */
  at: number;
  byHost: Record<string, number>;
  /** 503: a web host answered, the database did not. */
  backEndAway: number;
  /** No answer from any web host. */
  failed: number;
}

const total = { sent: 0, answered: 0, backEndAway: 0, failed: 0, byHost: {} as Record<string, number> };
const errors: Record<string, number> = {};
let lastError: { at: string; message: string } | null = null;
let history: Second[] = [];
let latenciesMs: number[] = [];
let backEndMs: number[] = [];

function second(): Second {
  const at = Math.floor(Date.now() / 1000);
  const newest = history.at(-1);
  if (newest?.at === at) return newest;
  const fresh = { at, byHost: {}, backEndAway: 0, failed: 0 };
  history = [...history.slice(-(historyS - 1)), fresh];
  return fresh;
}

function keep(list: number[], value: number): number[] {
  return [...list.slice(-199), value];
}

function onAnswer(status: number, body: string, tookMs: number): void {
  const facts = JSON.parse(body) as { host: string; backEndMs: number };
  const now = second();
  total.answered += 1;
  total.byHost[facts.host] = (total.byHost[facts.host] ?? 0) + 1;
  now.byHost[facts.host] = (now.byHost[facts.host] ?? 0) + 1;
  if (status === 200) {
    latenciesMs = keep(latenciesMs, tookMs);
    backEndMs = keep(backEndMs, facts.backEndMs);
  } else {
    total.backEndAway += 1;
    now.backEndAway += 1;
  }
}

function onFailure(message: string): void {
  total.failed += 1;
  second().failed += 1;
  errors[message] = (errors[message] ?? 0) + 1;
  lastError = { at: new Date().toISOString(), message };
}

function visit(): void {
  const startedAt = performance.now();
  const localAddress = sources[total.sent % sources.length] ?? "";
  total.sent += 1;
  let done = false;
  const finish = (action: () => void) => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    action();
  };
  const call = request({
    ...target,
    localAddress,
    agent: false,
    headers: { accept: "application/json", connection: "close" },
  });
  const timer = setTimeout(() => call.destroy(new Error("no answer in time")), timeoutMs);
  call.on("error", (error: NodeJS.ErrnoException) => finish(() => onFailure(error.code ?? error.message)));
  call.on("response", (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      body += text;
    });
    response.on("error", () => finish(() => onFailure("answer broke off")));
    response.on("end", () =>
      finish(() => read(response.statusCode ?? 0, body, performance.now() - startedAt)),
    );
  });
  call.end();
}

function read(status: number, body: string, tookMs: number): void {
  try {
    onAnswer(status, body, tookMs);
  } catch {
    onFailure(`HTTP ${status}`);
  }
}

function median(list: number[]): number | null {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

async function report(): Promise<void> {
  const text = JSON.stringify({
    at: Date.now(),
    total,
    errors,
    lastError,
    latencyMsMedian: median(latenciesMs),
    backEndMsMedian: median(backEndMs),
    history,
  });
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

setInterval(visit, everyMs);
setInterval(() => void report().catch(() => undefined), 1000);
