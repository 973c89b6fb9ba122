/**
 * Starts the controller and ends it in order: on SIGTERM and SIGINT, when standard input closes (`--lifeline`, so
 * that it never outlives the program that started it), or when its database is gone.
 */
import { resolve } from "node:path";
import { createLogger, systemClock } from "@bulkhead/runtime";
import { type Controller, startController } from "./controller.ts";
import { readCommandLine } from "./options.ts";

/** An ordered end takes well under a second; after this long something hangs. */
const stopWithinMs = 20_000;

const commandLine = readCommandLine(process.argv, process.env);
const log = createLogger({ name: "controller", level: commandLine.logLevel });
let controller: Controller | null = null;
let ending: Promise<void> | null = null;

function end(reason: string, code: number): void {
  ending ??= (async () => {
    log.info({ reason }, "controller stops");
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await starting;
    await controller?.stop();
    log.info({}, "controller stopped");
    process.exit(code);
  })();
}

async function main(): Promise<void> {
  const { data, host, port, databaseUrl, publicUrl } = commandLine;
  const checkoutDir = resolve(import.meta.dirname, "../../..");
  const onDatabaseLost = () => {
    process.stderr.write("Its database ended by itself; what was saved is kept, start it again.\n");
    end("the database ended by itself", 1);
  };
  const common = { checkoutDir, clock: systemClock, log, onDatabaseLost };
  controller = await startController({ dataDir: data, host, port, databaseUrl, publicUrl, ...common });
  log.info({ url: controller.url }, "controller ready");
  // With a lifeline our output is a log file, and the link is a secret: then it is only in controller.json (0600).
  if (controller.setupUrl && !commandLine.lifeline) {
    process.stdout.write(`First sign-in (works once): ${controller.setupUrl}\n`);
  }
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => end(signal, 0));
process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
if (commandLine.lifeline) {
  process.stdin
    .on("end", () => end("the lifeline closed", 0))
    .on("error", () => end("the lifeline broke", 0));
  process.stdin.resume();
}

const starting = main().catch((error: unknown) => {
  log.error({ err: error }, "controller cannot start");
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
