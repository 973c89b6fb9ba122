/** Changes to the MSCS pair of the sample fleet, for tests of what the wall and the plan make of them. */
import { sampleIntent, sampleInventory } from "../sample.ts";
import type { Intent, Inventory, InventoryNode, MscsIntent } from "../types.ts";

/** What a test does to the sample fleet before it is judged. */
export type Change = (intent: Intent, inventory: Inventory) => unknown;

export const pairOf = (intent: Intent): MscsIntent => intent.mscs.data ?? missing("pair data");

export const nodeOf = (inventory: Inventory, name: string): InventoryNode =>
  inventory.nodes.find((node) => node.name === name) ?? missing(`node ${name}`);

/** The sample fleet, changed. */
export function changedFleet(change: Change): { intent: Intent; inventory: Inventory } {
  const fleet = { intent: sampleIntent(), inventory: sampleInventory() };
  change(fleet.intent, fleet.inventory);
  return fleet;
}

function missing(what: string): never {
  throw new Error(`The sample fleet has no ${what}.`);
}
