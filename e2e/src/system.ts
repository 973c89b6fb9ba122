/**
 * The running system as the stories see it: the controller's API, the lab's control socket, the command line. Where it
 * runs comes from the environment: BULKHEAD_DATA and BULKHEAD_URL.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

export const data = process.env["BULKHEAD_DATA"] ?? "";
export const url = process.env["BULKHEAD_URL"] ?? "";
export const vip = "10.77.0.100";

/** Tiers of the lab that runs; none without a lab. */
export const tiers = labTiers();

function labTiers(): string[] {
  const facts = data === "" ? null : join(data, "lab.json");
  if (facts === null || !existsSync(facts)) return [];
  return (JSON.parse(readFileSync(facts, "utf8")) as { tiers: string[] }).tiers;
}

export interface Refusal {
  rule: string;
  objects: { kind: string; name: string }[];
  message: string;
  reason: string;
  cure: string;
}

/** An error of the API; `refusals` when a rule spoke. */
export class ApiError extends Error {
  readonly refusals: Refusal[];
  constructor(message: string, refusals: Refusal[]) {
    super(message);
    this.refusals = refusals;
  }
}

interface WireAnswer {
  result?: { data: { json: unknown } };
  error?: { json: { message: string; data: { refusals?: Refusal[] } } };
}

async function call(path: string, init: RequestInit): Promise<unknown> {
  const token = readFileSync(join(data, "cli-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = (await (await fetch(`${url}/trpc/${path}`, { ...init, headers })).json()) as WireAnswer;
  if (answer.error) throw new ApiError(answer.error.json.message, answer.error.json.data.refusals ?? []);
  return answer.result?.data.json;
}

export async function query<T>(procedure: string, input?: unknown): Promise<T> {
  const suffix = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  return (await call(`${procedure}${suffix}`, { method: "GET" })) as T;
}

export async function mutate<T>(procedure: string, input: unknown): Promise<T> {
  return (await call(procedure, { method: "POST", body: JSON.stringify({ json: input }) })) as T;
}

/** One request to the lab's control socket; a refusal is thrown. */
export function lab(request: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(data, "lab.sock"));
    let text = "";
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const answer = JSON.parse(text || "{}") as Record<string, unknown>;
      if (answer["ok"] === true) resolve(answer);
      else
        reject(new Error(typeof answer["error"] === "string" ? answer["error"] : "The lab did not answer."));
    });
  });
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command inside a node. */
export async function inNode(node: string, argv: string[], input = ""): Promise<Ended> {
  return (await lab({ verb: "exec", node, argv, input, timeoutMs: 120_000 })) as unknown as Ended;
}

/** A program of the client is told when to end; this ends one whose story has failed. */
const clientLimitMs = 580_000;

/** Runs a program of `src/client` in the client node; it prints one JSON value. */
export async function inClient<T>(program: string, ...args: string[]): Promise<T> {
  const source = readFileSync(join(import.meta.dirname, "client", program), "utf8");
  const { code, stdout, stderr } = (await lab({
    verb: "exec",
    node: "client",
    argv: ["/run/lab/node", "--input-type=module", "-", ...args],
    input: source,
    timeoutMs: clientLimitMs,
  })) as unknown as Ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** The `bulkhead` command. */
export function bulkhead(...args: string[]): Promise<Ended> {
  const main = join(import.meta.dirname, "../../apps/cli/src/main.ts");
  return program(process.execPath, [main, "--data", data, ...args]);
}

export function program(file: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        output[name] += chunk.toString("utf8");
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...output }));
  });
}

/** Asks until the answer is other than null; says what it waited for when time is up. */
export async function until<T>(what: string, probe: () => Promise<T | null>, timeoutMs = 60_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last = "";
  for (;;) {
    const value = await probe().catch((error: unknown) => {
      last = ` Last: ${error instanceof Error ? error.message : String(error)}`;
      return null;
    });
    if (value !== null) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
