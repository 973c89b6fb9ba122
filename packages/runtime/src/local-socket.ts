/**
 * The local control socket: one JSON line in, one JSON line out, then the connection ends. Only root (the
 * owner of the 0600 socket) can speak to it, so it carries no further proof of who asks.
 */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { dirname } from "node:path";
import type { Logger } from "./logger.ts";
import { errorText } from "./task-loop.ts";

const lineBytesMax = 1024 * 1024;

export interface LocalServer {
  close(): Promise<void>;
}

export interface LocalServerOptions {
  path: string;
  log: Logger;
  /** `request` is parsed JSON of any shape. What it answers is sent as JSON. */
  answer(request: unknown): Promise<unknown>;
}

/** A leftover socket file of a dead process is replaced. Rejects when the directory cannot be written. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
  rmSync(options.path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    void serveOne(socket, options);
  });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.path, resolve);
    });
  } finally {
    process.umask(umask);
  }
  chmodSync(options.path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serveOne(socket: Socket, options: LocalServerOptions): Promise<void> {
  socket.on("error", () => socket.destroy());
  try {
    const line = await readLine(socket);
    const answer = await options.answer(JSON.parse(line));
    socket.end(`${JSON.stringify(answer)}\n`);
  } catch (error) {
    options.log.warn({ problem: errorText(error) }, "a request on the local socket was not understood");
    socket.end(
      `${JSON.stringify({ code: "bad-params", message: "The request is not one line of JSON." })}\n`,
    );
  }
}

/** Asks the server at `path`. Rejects with a sentence when nobody listens or the answer does not come in time. */
export async function askLocalServer(
  path: string,
  request: unknown,
  options: { timeoutMs: number },
): Promise<unknown> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.setTimeout(options.timeoutMs, () =>
    socket.destroy(new Error(`no answer within ${options.timeoutMs} ms`)),
  );
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await readLine(socket)) as unknown;
  } finally {
    socket.destroy();
  }
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > lineBytesMax) reject(new Error(`a line longer than ${lineBytesMax} bytes`));
      else if (chunk.includes(10)) resolve(Buffer.concat(chunks).toString("utf8").split("\n", 1)[0] ?? "");
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection ended before a whole line came")));
    socket.on("end", () => reject(new Error("the connection ended before a whole line came")));
  });
}
