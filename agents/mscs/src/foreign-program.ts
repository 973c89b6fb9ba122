/**
 * What runs in the thread that looks at an engine of somebody else. It answers the frame's questions one by one, and whatever it
 * has loaded ends with it, so that the process can still become any half.
 */
import { parentPort } from "node:worker_threads";
import { errorText, type ForeignAnswer, type ForeignQuestion } from "@bulkhead/runtime";
import { answerStranger, readForeignPair } from "./foreign.ts";

const port = parentPort;
if (port === null) throw new Error("This program runs in a thread of the agent and not by itself.");

async function answer({ id, command }: ForeignQuestion): Promise<ForeignAnswer> {
  try {
    const result =
      command === null ? await readForeignPair() : await answerStranger(command.verb, command.args);
    return { id, result };
  } catch (error) {
    return { id, problem: errorText(error) };
  }
}

port.on("message", (question: ForeignQuestion) => {
  void answer(question).then((message) => port.postMessage(message));
});
