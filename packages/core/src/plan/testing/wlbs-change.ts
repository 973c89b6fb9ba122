/** Changes to the WLBS cluster of the sample fleet, for tests of what the wall says to them. */
import type { Refusal } from "../../fleet/index.ts";
import { checkPlacement } from "../index.ts";
import { sampleIntent, sampleInventory, sampleRuleIntent } from "../sample.ts";
import type { Intent, Inventory, InventoryNode, RuleIntent, WlbsIntent } from "../types.ts";

/** What a test does to the sample fleet before it is judged. */
export type Change = (web: WlbsIntent, inventory: Inventory, intent: Intent) => unknown;

/** What is found wrong with the sample fleet once it is changed. */
export function refusalsAfter(change: Change): Refusal[] {
  const intent = sampleIntent();
  const inventory = sampleInventory();
  change(intent.wlbs.web ?? missing("cluster web"), inventory, intent);
  return checkPlacement(intent, inventory);
}

export const host = (web: WlbsIntent, node: string): WlbsIntent["hosts"][string] =>
  web.hosts[node] ?? missing(`host ${node}`);

export const addressesOf = (inventory: Inventory, node: string): InventoryNode["addresses"] =>
  inventory.nodes.find(({ name }) => name === node)?.addresses ?? missing(`host ${node}`);

/** Adds a rule named more, for TCP port 443 if `change` says nothing else. */
export const withRule =
  (change: Partial<RuleIntent>): Change =>
  (web) =>
    (web.rules.more = sampleRuleIntent({ startPort: 443, endPort: 443, protocol: "tcp", ...change }));

/** Adds cluster shop, which is as the sample's web but for its VIP, and gives it host web-3. */
export function second(intent: Intent, vip: string): WlbsIntent {
  const shop = { ...(sampleIntent().wlbs.web ?? missing("cluster web")), vips: [vip] };
  shop.hosts = { "web-3": { ...host(shop, "web-3") } };
  delete intent.wlbs.web?.hosts["web-3"];
  intent.wlbs.shop = shop;
  return shop;
}

/** Adds `count` rules of one port each. */
export function addRules(web: WlbsIntent, count: number): void {
  for (let port = 1; port <= count; port++)
    web.rules[`r-${port}`] = sampleRuleIntent({ startPort: 1000 + port, endPort: 1000 + port });
}

function missing(what: string): never {
  throw new Error(`The sample fleet has no ${what}.`);
}
