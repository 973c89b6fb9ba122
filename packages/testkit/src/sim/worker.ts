/** Plays worlds in a thread of its own: asked for a range of seeds, answers with a result for each. */
import { parentPort } from "node:worker_threads";
import { runWorld } from "../worlds/story.ts";

parentPort?.on("message", ({ from, to }: { from: number; to: number }) => {
  for (let seed = from; seed < to; seed += 1) parentPort?.postMessage({ result: runWorld(seed) });
  parentPort?.postMessage({ done: true });
});
