/**
 * What a health probe asks of a service on this machine: does it accept a connection, does it answer over HTTP.
 * Neither ever rejects: whatever goes wrong is the answer.
 */
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";

export interface CheckTarget {
  address: string;
  port: number;
  /** Source address: a check of an address that is not on this machine fails instead of asking another one. */
  localAddress?: string;
  /** For the whole check, 50-60000. */
  timeoutMs: number;
}

export interface CheckOutcome {
  ok: boolean;
  /** For people, for example "connection refused" or "status 503". */
  text: string;
  /** Nobody listens there: the service may listen on another address. */
  refused: boolean;
}

export interface HttpExpectation {
  path: string;
  /** Host header; null = the address. */
  host: string | null;
  statusMin: number;
  statusMax: number;
  /** Looked for in the first 64 KiB. */
  bodyContains: string | null;
}

const bodyBytesMax = 64 * 1024;

/** Is a TCP connection accepted? It is closed again at once. */
export function checkTcp(target: CheckTarget): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const { address: host, port, localAddress, timeoutMs } = target;
    const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const done = (outcome: CheckOutcome): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(outcome);
    };
    const limit = setTimeout(() => done(failed(`no answer within ${timeoutMs} ms`)), timeoutMs);
    socket.on("error", (error) => done(failureOf(error, timeoutMs)));
    socket.on("connect", () => done({ ok: true, text: "connection accepted", refused: false }));
  });
}

/** Does a GET answer as expected? Redirects are not followed. */
export async function checkHttp(target: CheckTarget, expected: HttpExpectation): Promise<CheckOutcome> {
  const signal = AbortSignal.timeout(target.timeoutMs);
  try {
    const response = await get(target, expected, signal);
    const status = response.statusCode ?? 0;
    if (status < expected.statusMin || status > expected.statusMax) {
      response.destroy();
      return failed(`status ${status}, expected ${expected.statusMin}-${expected.statusMax}`);
    }
    const isFound = await contains(response, expected.bodyContains);
    return isFound
      ? { ok: true, text: `status ${status}`, refused: false }
      : failed(`status ${status}, but the answer does not contain "${expected.bodyContains}"`);
  } catch (error) {
    return signal.aborted
      ? failed(`no answer within ${target.timeoutMs} ms`)
      : failureOf(error, target.timeoutMs);
  }
}

function get(target: CheckTarget, expected: HttpExpectation, signal: AbortSignal): Promise<IncomingMessage> {
  const { address: host, port, localAddress } = target;
  const headers = {
    host: expected.host ?? (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`),
    connection: "close",
    "user-agent": "bulkhead-probe",
  };
  return new Promise((resolve, reject) => {
    const options = { host, port, path: expected.path, headers, signal, agent: false as const };
    request({ ...options, ...(localAddress === undefined ? {} : { localAddress }) })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

async function contains(response: IncomingMessage, wanted: string | null): Promise<boolean> {
  let text = "";
  if (wanted !== null) {
    response.setEncoding("utf8");
    for await (const piece of response) {
      text += piece as string;
      if (text.includes(wanted) || text.length > bodyBytesMax) break;
    }
  }
  response.destroy();
  return wanted === null || text.includes(wanted);
}

function failed(text: string): CheckOutcome {
  return { ok: false, text, refused: false };
}

const sentences: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EADDRNOTAVAIL: "the address is not on this host",
};

function failureOf(error: unknown, timeoutMs: number): CheckOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ETIMEDOUT") return failed(`no answer within ${timeoutMs} ms`);
  const text = sentences[code] ?? (error instanceof Error ? error.message : String(error));
  return { ok: false, text, refused: code === "ECONNREFUSED" };
}
