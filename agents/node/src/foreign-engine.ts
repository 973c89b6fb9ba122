/**
 * A node without a service on which somebody else runs a pair: what it runs goes into the inventory, and what adopting it would
 * mean can be asked. Nothing of the MSCS half is loaded before such an engine is seen.
 */
import type { Service } from "@bulkhead/core/fleet";
import type { CommandResult, CommandVerb, InventoryReport } from "@bulkhead/protocol";
import type { LoadForeign } from "./halves.ts";

export interface ForeignEngine {
  /** The report, with the foreign pair if there is one. */
  complete(inventory: InventoryReport): Promise<InventoryReport>;
  /** Null = not a question to a node without a service. Never rejects. */
  answer(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult | null>;
}

/** What can be asked of a machine that is nothing yet; all of them only look. */
const questions: readonly CommandVerb[] = ["mscs.adoption", "mscs.whatIf", "mscs.inspect", "mscs.agents"];

/** `service`: what the node is held to at this moment. */
export function createForeignEngine(options: {
  service(): Service | "witness" | "none";
  load: LoadForeign;
}): ForeignEngine {
  return {
    async complete(inventory) {
      const isStrange = options.service() === "none" && inventory.servicesSeen.includes("mscs");
      if (!isStrange) return inventory;
      // Only a look: whatever hinders it must not hinder the inventory.
      const foreignPair = await options
        .load()
        .then((half) => half.readForeignPair())
        .catch(() => null);
      return foreignPair ? { ...inventory, foreignPair } : inventory;
    },

    async answer(verb, args) {
      if (options.service() !== "none" || !questions.includes(verb)) return null;
      try {
        return await (await options.load()).answerStranger(verb, args);
      } catch (error) {
        return { code: "failed", message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
