/**
 * DataPlane -> ruleset: the whole kernel side of one WLBS host. Pure.
 *
 * A frame for a VIP is judged at ingress, before the stack and conntrack see it; one check waits for conntrack and sits in
 * prerouting; ARP and neighbour discovery are rewritten on their way out.
 */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { declarePeers } from "./direct.ts";
import type { HostFacts } from "./facts.ts";
import { digest, type Ground } from "./ground.ts";
import { renderIngress } from "./ingress.ts";
import { renderNeighbours } from "./neighbours.ts";
import { renderLease, renderRenewals } from "./renewals.ts";
import { renderRouting } from "./routing.ts";
import { removalLines, scriptFor, structureOf } from "./script.ts";
import { type Ruleset, TableBuilder } from "./table.ts";

/** Set of notes on what was added to the interface. */
export const presenceSet = "presence";

/** Facts of a machine with an ordinary kernel, where only the text matters. */
export const plainFacts: HostFacts = {
  mac: "02:00:00:00:00:01",
  linkLocal: "fe80::1",
  ipv4: null,
  hasEgress: true,
  renewal: { port: 40_000, secret: "0123456789abcdef" },
};

/**
 * `presence`: what the engine has added to the interface (see `presence.ts`), kept in the kernel so that a later process can
 * take exactly that away.
 */
export function renderRuleset(plane: DataPlane, facts: HostFacts, presence: readonly string[] = []): Ruleset {
  const ground: Ground = {
    plane,
    facts,
    arp: new TableBuilder("arp"),
    inet: new TableBuilder("inet"),
    netdev: new TableBuilder("netdev"),
  };
  if (plane.isFront) declarePeers(ground);
  renderRenewals(ground);
  renderIngress(ground);
  renderNeighbours(ground);
  renderRouting(ground);
  const notes = presence.map((note, index) => `${index + 1} comment "${note}"`);
  ground.netdev.set({ kind: "set", name: presenceSet, spec: "{ type mark; }", elements: notes });
  return signed([ground.arp, ground.inet, ground.netdev].map((builder) => builder.build()));
}

/** Writes the digest of the whole into the first rule of every base chain, by which `isSigned` tells whether it is still there. */
function signed(ruleset: Ruleset): Ruleset {
  const signature = signatureOf(ruleset);
  return ruleset.map((table) => {
    const heads = new Set(
      table.chains
        .filter(({ hook }) => hook !== null)
        .map(({ name }) => table.rules.findIndex(({ chain }) => chain === name)),
    );
    const rules = table.rules.map((rule, index) =>
      heads.has(index) ? { ...rule, text: `${rule.text} comment "${signature}"` } : rule,
    );
    return { ...table, rules };
  });
}

function signatureOf(ruleset: Ruleset): string {
  return `bulkhead ${digest(ruleset.map(structureOf).join("\n"))}`;
}

/** Complete script for `nft -f -` that starts from nothing, lease included. */
export function renderDataPlane(plane: DataPlane, facts: HostFacts = plainFacts): string {
  const lines = scriptFor(null, renderRuleset(plane, facts));
  return `${[...lines, renderLease(plane.leaseMs)].join("\n")}\n`;
}

/** Script that removes our tables; succeeds also when there are none. */
export function renderRemoval(): string {
  return `${removalLines().join("\n")}\n`;
}
