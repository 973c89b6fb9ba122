/**
 * Fragments beyond the first have no port. They follow the rule that covers all ports, or else the distribution that all
 * rules of their protocol on the virtual IP have in common, if that hashes by address; else the default host (DOMAIN 1.3).
 * Whether a first fragment was taken decides what becomes of them: they need no lease. Pure.
 */
import type { PlaneRule } from "@bulkhead/core/wlbs";
import { handOnLines } from "./direct.ts";
import { dropText, flowChain, takeText, vetLines } from "./flow-chains.ts";
import { bucketText, type Flow, flowOf, type Ground, rulesOn, type Target } from "./ground.ts";
import { declareTable } from "./marks.ts";

/** Declares the chain for all fragments to a virtual IP and tells its name. */
export function fragmentChain(ground: Ground, vip: Target): string {
  const name = `frag_t${vip.index}`;
  const protocols = ["tcp", "udp"] as const;
  ground.netdev.chain(name, [
    ground.netdev.counter("fragments"),
    ...protocols.flatMap((protocol) => {
      const rule = commonRule(rulesOn(vip, protocol));
      return rule
        ? [`meta l4proto ${protocol} goto ${ruledChain(ground, flowOf(ground.plane, vip, rule))}`]
        : [];
    }),
    `goto ${unruledChain(ground, flowOf(ground.plane, vip, null))}`,
  ]);
  return name;
}

function commonRule(rules: readonly PlaneRule[]): PlaneRule | null {
  const whole = rules.find(({ startPort, endPort }) => startPort === 0 && endPort === 65_535);
  const [first] = rules;
  const isCommon = rules.every(
    ({ table, affinity }) => table === first?.table && affinity === first.affinity,
  );
  const rule = whole ?? (isCommon ? first : undefined);
  return rule && rule.affinity !== "none" ? rule : null;
}

function ruledChain(ground: Ground, flow: Flow): string {
  if (!flow.rule || flow.rule.table === null) return flowChain(ground, flow);
  const { kept, index } = declareTable(ground, flow.rule.table);
  const isForeign = kept === "some" ? `${bucketText(ground, flow)} != @kept${index} ` : "";
  const foreign = kept === "all" ? [] : [`${isForeign}goto ${foreignChain(ground, flow)}`];
  return declared(ground, `frag_${flow.id}`, [...foreign, ...(kept === "none" ? [] : takeLines(ground))]);
}

function unruledChain(ground: Ground, flow: Flow): string {
  const isForeign = ground.plane.unruled === "foreign";
  return declared(ground, `frag_${flow.id}`, isForeign ? [dropText(ground, flow)] : takeLines(ground));
}

function foreignChain(ground: Ground, flow: Flow): string {
  const handedOn = ground.plane.isFront ? handOnLines(ground, flow, dropText(ground, flow)) : [];
  return declared(ground, `fofrag_${flow.id}`, [...handedOn, dropText(ground, flow)]);
}

function takeLines(ground: Ground): string[] {
  return [...vetLines(ground), takeText];
}

function declared({ netdev }: Ground, name: string, lines: string[]): string {
  if (!netdev.has(name)) netdev.chain(name, lines);
  return name;
}
