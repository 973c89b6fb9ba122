/**
 * A node that has no policy yet and on which somebody else runs a pair: what it runs goes into the inventory, and what adopting it
 * would mean can be asked. Nobody looks before an engine is seen, and nobody goes on looking when it is gone.
 */
import type { ForeignPair } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { CommandResult, CommandVerb, InventoryReport } from "@bulkhead/protocol";
import { errorText } from "@bulkhead/runtime";
import type { ForeignLook } from "./foreign-thread.ts";

export interface ForeignEngine {
  /** The report, with the foreign pair if there is one. */
  complete(inventory: InventoryReport): Promise<InventoryReport>;
  /** Null = not a question to a node without a service. Never rejects. */
  answer(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult | null>;
}

/** What can be asked of a machine that is nothing yet; all of them only look. */
const questions: readonly CommandVerb[] = ["mscs.adoption", "mscs.whatIf", "mscs.inspect", "mscs.agents"];

export interface ForeignEngineOptions {
  /** What the node is held to at this moment, also by a policy that it has refused. */
  service(): NodePolicy["service"];
  /** A policy with a service has been carried out: then the engine is no stranger. */
  hasService(): boolean;
  look: ForeignLook;
}

export function createForeignEngine({ service, hasService, look }: ForeignEngineOptions): ForeignEngine {
  let isSeen = false;

  /** Only a look: whatever hinders it must not hinder the inventory. */
  async function read(): Promise<ForeignPair | null> {
    return (await look.readForeignPair().catch(() => null)) ?? null;
  }

  return {
    async complete(inventory) {
      const isStrange = !hasService() && inventory.servicesSeen.includes("mscs");
      if (!isStrange) await look.end();
      const foreignPair = isStrange ? await read() : null;
      isSeen = foreignPair !== null;
      return foreignPair === null ? inventory : { ...inventory, foreignPair };
    },

    async answer(verb, args) {
      // A half that could not carry out its policy is there as well, but it knows nothing of somebody else's engine.
      const isStranger = service() === "none" || (isSeen && !hasService());
      if (!isStranger || !questions.includes(verb)) return null;
      try {
        return await look.answerStranger(verb, args);
      } catch (error) {
        return { code: "failed", message: errorText(error) };
      }
    },
  };
}
