/**
 * Logging of node programs: JSON lines, written synchronously, so that the last words before a crash are on
 * disk. Secrets never reach it: callers log names, generations and refusals, not envelopes.
 */
import { pino } from "pino";

/** The four calls that node code uses; a test gives its own. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Writes to standard error (the journal under systemd). `level`: a pino level, for example `debug`. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({ name: options.name, level: options.level }, pino.destination({ dest: 2, sync: true }));
}

/** For tests and for callers that do not care. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
