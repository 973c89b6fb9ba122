/**
 * A look at an engine that somebody else has set up, from a thread of its own. The thread has the MSCS half's code; when
 * it is ended, nothing of that is left in the process, which may then become a host of the other half.
 */
import { Worker } from "node:worker_threads";
import type { CommandResult, CommandVerb, InventoryReport } from "@bulkhead/protocol";
import { errorText, type ForeignAnswer, type ForeignQuestion } from "@bulkhead/runtime";

/** What a node without a policy of its own can tell of such an engine. All reject when the thread fails. */
export interface ForeignLook {
  readForeignPair(): Promise<InventoryReport["foreignPair"]>;
  answerStranger(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult>;
  /** Ends the thread, if there is one; the next question begins another. Never rejects. */
  end(): Promise<void>;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** `program`: the thread's, which is started by the first question. */
export function createForeignLook(program: URL): ForeignLook {
  let thread: { worker: Worker; ask(question: ForeignQuestion["command"]): Promise<unknown> } | null = null;

  function ask(command: ForeignQuestion["command"]): Promise<unknown> {
    thread ??= startThread(program, () => {
      thread = null;
    });
    return thread.ask(command);
  }

  return {
    readForeignPair: () => ask(null) as ReturnType<ForeignLook["readForeignPair"]>,
    answerStranger: (verb, args) => ask({ verb, args }) as ReturnType<ForeignLook["answerStranger"]>,
    async end() {
      await thread?.worker.terminate();
    },
  };
}

function startThread(program: URL, onEnd: () => void) {
  const pending = new Map<number, Pending>();
  const worker = new Worker(program);
  let asked = 0;
  let why = "it was ended";
  worker.on("message", (message: ForeignAnswer) => {
    const question = pending.get(message.id);
    pending.delete(message.id);
    if ("problem" in message) question?.reject(new Error(message.problem));
    else question?.resolve(message.result);
  });
  worker.on("error", (error) => {
    why = errorText(error);
  });
  worker.on("exit", () => {
    onEnd();
    for (const { reject } of pending.values()) reject(new Error(`The look at the engine has ended: ${why}`));
  });
  // The agent may end while it looks.
  worker.unref();
  return {
    worker,
    ask(command: ForeignQuestion["command"]): Promise<unknown> {
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, command } satisfies ForeignQuestion);
      });
    },
  };
}
