/** How tests talk with their programs: a line of JSON there, a line of JSON back, and events in between. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Gets every line that is not an answer: an object when it is JSON, else the text under `line`. */
export type OnEvent = (event: Record<string, unknown>) => void;

/** Asks one of our programs. Answers come in the order of the questions. */
export type Ask = (request: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** Takes over both ends of a program that has just been started. */
export function questions(child: { stdin: Writable; stdout: Readable }, onEvent: OnEvent): Ask {
  const waiting: ((answer: Record<string, unknown>) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = read(line);
    if (message["event"] === undefined) waiting.shift()?.(message);
    else onEvent(message);
  });
  child.stdin.on("error", () => undefined);
  return (request) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
}

function read(line: string): Record<string, unknown> {
  if (line.startsWith("{")) return JSON.parse(line) as Record<string, unknown>;
  return { event: "line", line };
}
