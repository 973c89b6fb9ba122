/** Commands that wait for the answer of a node: numbered, with a deadline, answered exactly once. */
import { randomUUID } from "node:crypto";
import type { CommandResult } from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";

interface Waiting {
  node: string;
  answer(result: CommandResult): void;
}

export class PendingCommands {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `send` gets the new id and says whether the frame went out. Never rejects. */
  run(node: string, timeoutMs: number, send: (id: string) => boolean): Promise<CommandResult> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, () =>
        this.settle(node, id, {
          code: "timeout",
          message: `${node} has not answered within ${timeoutMs / 1000} s; it may still carry out the command. Look at its state before you repeat it.`,
        }),
      );
      this.#waiting.set(id, {
        node,
        answer: (result) => {
          cancel();
          resolve(result);
        },
      });
      if (!send(id)) this.settle(node, id, offlineResult(node));
    });
  }

  /** Ignores answers that nobody waits for, and answers of a node that was not asked. */
  settle(node: string, id: string, result: CommandResult): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.node !== node) return;
    this.#waiting.delete(id);
    waiting.answer(result);
  }

  /** The link of the node ended: what it was asked stays unknown. */
  abandon(node: string): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.node !== node) continue;
      const message = `The link to ${node} ended before it answered; look at its state before you repeat the command.`;
      this.settle(node, id, { code: "failed", message });
    }
  }
}

export function offlineResult(node: string): CommandResult {
  return {
    code: "failed",
    message: `${node} is not connected. Check that it runs and reaches the controller, or run the command on the node itself (bulkhead-agent).`,
  };
}
