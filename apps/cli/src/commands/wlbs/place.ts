/** Reads CLUSTER[:HOST] and durations from the command line. */
import { InvalidArgumentError } from "commander";

export interface Place {
  cluster: string;
  /** Null = all hosts of the cluster. */
  host: string | null;
}

/** Throws InvalidArgumentError (exit code 2). */
export function readPlace(text: string): Place {
  const [cluster = "", host, ...more] = text.split(":");
  if (cluster === "" || host === "" || more.length > 0)
    throw new InvalidArgumentError("Write CLUSTER or CLUSTER:HOST, for example web or web:web-2.");
  return { cluster, host: host ?? null };
}

const secondsOf = { s: 1, m: 60, h: 3600 } as const;

/** `60`, `60s`, `5m`, `2h` as whole seconds, 1 s to 24 h. Throws InvalidArgumentError. */
export function readDuration(text: string): number {
  const [, digits = "", unit = "s"] = /^(\d{1,6})([smh]?)$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * secondsOf[(unit || "s") as keyof typeof secondsOf];
  if (digits === "" || seconds < 1 || seconds > 86_400)
    throw new InvalidArgumentError("Write a duration from 1s to 24h, for example 60s, 5m or 2h.");
  return seconds;
}
