/** The other side of `Place.ask`: a program that answers commands from standard input. */
import { createInterface } from "node:readline";

export type Handlers = Record<string, (...args: never[]) => unknown>;

export function serveCommands(handlers: Handlers): void {
  createInterface({ input: process.stdin }).on("line", (line) => void answer(handlers, line));
}

async function answer(handlers: Handlers, line: string): Promise<void> {
  const [name, ...args] = JSON.parse(line) as [string, ...never[]];
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`no command ${name}`);
    say({ result: (await handler(...args)) ?? null });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}

function say(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}
