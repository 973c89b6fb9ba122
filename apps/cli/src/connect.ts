/**
 * Where the controller is and who we are. Without options: the local set-up's own data directory, its address and its token.
 * A token never stands in the arguments: it comes from a file or from the environment.
 */
import fs from "node:fs";
import path from "node:path";
import type { AppRouter } from "@bulkhead/api";
import { createTRPCClient, httpLink } from "@trpc/client";
import superjson from "superjson";
import { Failure } from "./failure.ts";

export interface GlobalOptions {
  data: string;
  url?: string;
  tokenFile?: string;
  json: boolean;
}

export interface Connection {
  url: string;
  token: string;
}

export function connect(options: GlobalOptions): Connection {
  return { url: options.url?.replace(/\/$/, "") ?? localUrl(options.data), token: readToken(options) };
}

export function client({ url, token }: Connection) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({ url: `${url}/trpc`, transformer: superjson, headers: { authorization: `Bearer ${token}` } }),
    ],
  });
}

export type Api = ReturnType<typeof client>;

function localUrl(dataDir: string): string {
  const file = path.join(dataDir, "controller.json");
  const facts = readJson(file);
  // The port, not the public address: this machine may not be able to resolve or to trust what a proxy shows to others.
  if (typeof facts === "object" && facts !== null && "port" in facts && typeof facts.port === "number")
    return `http://127.0.0.1:${facts.port}`;
  throw new Failure(`No controller runs from ${dataDir}. Start it with npm start, or name one with --url.`);
}

function readToken({ tokenFile, data, url }: GlobalOptions): string {
  const fromEnvironment = process.env.BULKHEAD_TOKEN;
  if (tokenFile === undefined && fromEnvironment) return fromEnvironment;
  if (tokenFile === undefined && url !== undefined) {
    throw new Failure(
      "A controller elsewhere needs an API token: create one under Settings and give it with --token-file FILE or BULKHEAD_TOKEN.",
      { exitCode: 2 },
    );
  }
  const file = tokenFile ?? path.join(data, "cli-token");
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    throw new Failure(
      `The token file ${file} cannot be read (${code}). Run the command as the user who ran npm start, or give --token-file.`,
    );
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
