/** The command line of the controller. The database URL holds a password: better in BULKHEAD_DATABASE_URL. */
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";

export interface CommandLine {
  data: string;
  port: number;
  host: string;
  databaseUrl: string | null;
  publicUrl: string | null;
  lifeline: boolean;
  logLevel: string;
}

/** `argv` as in `process.argv`; ends the process with a message when it cannot be read. */
export function readCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const command = new Command("controller")
    .description("Bulkhead's fleet controller: API, console, agent links.")
    .requiredOption("--data <dir>", "directory for data, secrets and sockets")
    .option("--port <n>", "TCP port; 0 = any free one", portOption, 7700)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--database-url <url>", "PostgreSQL to use instead of the embedded one; or BULKHEAD_DATABASE_URL")
    .option("--public-url <url>", "where browsers and machines reach this controller", urlOption)
    .option("--lifeline", "end when standard input closes", false)
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .parse([...argv]);
  const options = command.opts<{
    data: string;
    port: number;
    host: string;
    databaseUrl?: string;
    publicUrl?: string;
    lifeline: boolean;
    logLevel: string;
  }>();
  return {
    ...options,
    data: resolve(options.data),
    databaseUrl: options.databaseUrl ?? env["BULKHEAD_DATABASE_URL"] ?? null,
    publicUrl: options.publicUrl ?? null,
  };
}

function portOption(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("Give a number from 0 to 65535.");
  return port;
}

function urlOption(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError("Give an http:// or https:// address.");
  return url.origin;
}
