/** Port -> rule on virtual IPs that share their rules. Pure. */
import type { PlaneRule } from "@bulkhead/core/wlbs";
import { flowChain } from "./flow-chains.ts";
import { flowOf, type Ground, rulesOn, type Target } from "./ground.ts";

/** Up to so many rules are compared one by one, which is cheaper than a look into a set of ranges. */
const comparedMax = 8;

const lastPort = 65_535;

interface PortRange {
  start: number;
  end: number;
  chain: string;
}

/** The chain to go to with a packet of a protocol that has ports. */
export function portChain(ground: Ground, vip: Target, protocol: "tcp" | "udp"): string {
  const unruled = flowChain(ground, flowOf(ground.plane, vip, null));
  const ranges = disjoint(
    rulesOn(vip, protocol).map((rule) => ({
      start: rule.startPort,
      end: rule.endPort,
      chain: flowChain(ground, flowOf(ground.plane, vip, rule)),
    })),
  );
  const [only] = ranges;
  if (!only) return unruled;
  if (only.start === 0 && only.end === lastPort) return only.chain;
  const name = `${protocol}_t${vip.index}`;
  ground.netdev.chain(name, [...rangeLines(ranges), `goto ${unruled}`]);
  return name;
}

function rangeLines(ranges: readonly PortRange[]): string[] {
  if (ranges.length <= comparedMax)
    return ranges.map((range) => `th dport ${portText(range)} goto ${range.chain}`);
  return [
    `th dport vmap { ${ranges.map((range) => `${portText(range)} : goto ${range.chain}`).join(", ")} }`,
  ];
}

/** Where rules overlap, the earlier one has the port. */
function disjoint(ranges: readonly PortRange[]): PortRange[] {
  const taken: PortRange[] = [];
  for (const range of ranges) taken.push(...without(range, taken));
  return taken;
}

function without(range: PortRange, taken: readonly PortRange[]): PortRange[] {
  let parts = [range];
  for (const { start, end } of taken) {
    parts = parts.flatMap((part) =>
      part.end < start || end < part.start
        ? [part]
        : [
            { ...part, end: start - 1 },
            { ...part, start: end + 1 },
          ].filter((rest) => rest.start <= rest.end),
    );
  }
  return parts;
}

/** Ports of a rule, as nft writes them. */
export function portText({ start, end }: { start: number; end: number }): string {
  return start === end ? `${start}` : `${start}-${end}`;
}

/** The rule that covers a port, by whose distribution a protocol without ports goes; null = none that hashes by address. */
export function controlRule(
  vip: Target,
  control: { protocol: "tcp" | "udp"; port: number },
): PlaneRule | null {
  const rule = rulesOn(vip, control.protocol).find(
    ({ startPort, endPort }) => startPort <= control.port && control.port <= endPort,
  );
  return rule && rule.affinity !== "none" ? rule : null;
}
