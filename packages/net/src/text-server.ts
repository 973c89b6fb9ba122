/** A page of text over HTTP for one kind of visitor, for example metrics for Prometheus. Nothing else is answered. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TextServerOptions {
  address: string;
  /** 0 = any free port. */
  port: number;
  /** Only GET (and HEAD) of this path. */
  path: string;
  contentType: string;
  read(): Promise<string>;
}

export interface TextServer {
  readonly port: number;
  close(): Promise<void>;
}

/** One who asks slowly, or many at once, must not cost the machine more than this. */
const limits = { connections: 16, headersMs: 5_000, requestMs: 10_000 } as const;

/** Rejects when the address is not on this machine or the port is taken. */
export async function startTextServer(options: TextServerOptions): Promise<TextServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path !== options.path) return refuse(response, 404, `only ${options.path} is here`);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "only GET");
    options.read().then(
      (text) => void response.writeHead(200, { "content-type": options.contentType }).end(text),
      (error: unknown) => refuse(response, 500, error instanceof Error ? error.message : String(error)),
    );
  });
  server.maxConnections = limits.connections;
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
}
