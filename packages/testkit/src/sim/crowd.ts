/** Many worlds at once, in as many threads as asked for; seeds are handed out in small portions. */
import { Worker } from "node:worker_threads";
import type { WorldResult } from "../worlds/story.ts";

const PORTION = 5;

export interface CrowdOptions {
  from: number;
  worlds: number;
  threads: number;
  onResult(result: WorldResult): void;
}

type Message = { result: WorldResult; done?: false } | { done: true };

/** Resolves when all worlds have been played. Rejects when a thread dies, which is a fault of the simulation. */
export async function playWorlds(options: CrowdOptions): Promise<void> {
  let next = options.from;
  const end = options.from + options.worlds;
  const portion = () => {
    const from = next;
    next = Math.min(end, next + PORTION);
    return from < end ? { from, to: next } : null;
  };
  await Promise.all(Array.from({ length: options.threads }, () => playInThread(portion, options)));
}

function playInThread(
  portion: () => { from: number; to: number } | null,
  options: CrowdOptions,
): Promise<void> {
  const first = portion();
  if (!first) return Promise.resolve();
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  return new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message: Message) => {
      if (!message.done) return options.onResult(message.result);
      const more = portion();
      if (more) worker.postMessage(more);
      else resolve();
    });
    worker.postMessage(first);
  }).finally(() => void worker.terminate());
}
