/** Web servers and load generators of the bench: nginx on a host, wrk on a client. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuS, endedChildrenCpuS } from "./processes.ts";
import { inside, type Place, type Program, start, until } from "./wires.ts";

/** 8 MB: large enough that packets, not requests, are what is measured. */
const largeBytes = 8_000_000;

const config = (directory: string): string => `
user root; worker_processes 1; daemon off; pid ${directory}/pid; error_log ${directory}/log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on; default_type text/plain;
  client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
  server { listen 80 backlog=4096; root ${directory}; location = /small { return 200 "ok\\n"; } }
}`;

/** Starts nginx in the place: /small answers three bytes, /large ${largeBytes} of them. */
export async function startNginx(place: Place, work: string): Promise<Program> {
  const directory = join(work, `nginx-${place.name}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "large"), Buffer.alloc(largeBytes));
  writeFileSync(join(directory, "nginx.conf"), config(directory));
  const program = start(place, ["nginx", "-c", join(directory, "nginx.conf"), "-e", join(directory, "log")]);
  await until(`nginx on ${place.name}`, () => inside(place, "ss -ltn").includes(":80 "));
  return program;
}

/** What a client got in one round, in a second of time and in a second of processor time of client and servers. */
export interface Load {
  requests: number;
  bytes: number;
  requestsOfCpu: number;
  bytesOfCpu: number;
}

export interface LoadWish {
  url: string;
  connections: number;
  seconds: number;
  /** Everything that works for the answers beside the client: its processor time counts. */
  workers: readonly Program[];
  /** A new connection for every request. */
  isFresh?: boolean;
}

/** Throws when a request failed: a rate with errors in it is none. */
export async function load(client: Place, wish: LoadWish): Promise<Load> {
  const pids = wish.workers.map(({ pid }) => pid);
  const spent = (): number => cpuS(pids) + endedChildrenCpuS();
  const before = spent();
  const text = await runWrk(client, wish);
  const cpu = spent() - before;
  const [, amount = "0", unit = "B"] = /Transfer\/sec:\s+([\d.]+)(\w+)/.exec(text) ?? [];
  const requests = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0);
  const bytes = Number(amount) * (scale[unit] ?? 1);
  const ofCpu = wish.seconds / cpu;
  return { requests, bytes, requestsOfCpu: requests * ofCpu, bytesOfCpu: bytes * ofCpu };
}

const scale: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

async function runWrk(client: Place, { url, connections, seconds, isFresh }: LoadWish): Promise<string> {
  const lines: string[] = [];
  const header = isFresh ? ["-H", "Connection: close"] : [];
  const argv = ["wrk", "-t", "1", "-c", `${connections}`, "-d", `${seconds}s`, ...header, url];
  const program = start(client, argv, (event) => lines.push(String(event["line"])));
  await program.ended;
  await until("the report of wrk", () => lines.some((line) => line.startsWith("Transfer/sec")));
  const text = lines.join("\n");
  const errors = /(Socket errors:.*|Non-2xx.*)/.exec(text)?.[1];
  if (errors && !isOnlyReads(errors)) throw new Error(`${url}: ${errors}`);
  return text;
}

/** wrk counts as a read error every connection that the server closes as it was asked to. */
function isOnlyReads(errors: string): boolean {
  return /connect 0, read \d+, write 0, timeout 0/.test(errors);
}
