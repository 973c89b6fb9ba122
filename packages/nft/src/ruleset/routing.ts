/**
 * The one check that must wait for conntrack, in prerouting: strays, that is packets of connections that another host
 * holds. They are dropped, never answered with RST, which would end them. Conntrack picks such streams up as `new`,
 * hence the test for "new, but no SYN". Pure.
 */
import {
  anyOf,
  countText,
  drainingMark,
  flowOf,
  type Ground,
  isNoSyn,
  rulesOn,
  type Target,
  targetsOf,
} from "./ground.ts";
import { portText } from "./ports.ts";

export function renderRouting(ground: Ground): void {
  const { inet, plane } = ground;
  const targets = targetsOf(plane);
  for (const vip of targets) {
    const chain = `t${vip.index}`;
    inet.chain(`stray_t${vip.index}`, strayLines(ground, vip, "sa"));
    inet.chain(`straydrain_t${vip.index}`, strayLines(ground, vip, "sd"));
    inet.chain(chain, [
      `${isNoSyn} ct state new,invalid,untracked goto stray_t${vip.index}`,
      `meta mark & ${drainingMark} != 0 meta mark set meta mark & 0xbfffffff`,
    ]);
  }
  inet.chain(
    "pre",
    targets.map(({ addresses, index, isIpv6 }) => {
      const address = isIpv6 ? "ip6 daddr" : "ip daddr";
      return `iifname "${plane.interface}" ${address} ${anyOf(addresses)} goto t${index}`;
    }),
    "{ type filter hook prerouting priority mangle; policy accept; }",
  );
}

/** Ingress has counted them as accepted (`sa`) or drained (`sd`): what is counted here is taken off. */
function strayLines(ground: Ground, vip: Target, kind: "sa" | "sd"): string[] {
  const { inet, plane } = ground;
  const drop = (rule: Parameters<typeof flowOf>[2]): string =>
    `${countText(ground, inet, { flow: flowOf(plane, vip, rule), kind })} drop`;
  const toDrained = `meta mark & ${drainingMark} != 0 goto straydrain_t${vip.index}`;
  return [
    ...(kind === "sa" ? [inet.counter("stray"), toDrained] : []),
    ...rulesOn(vip, "tcp").map(
      (rule) => `tcp dport ${portText({ start: rule.startPort, end: rule.endPort })} ${drop(rule)}`,
    ),
    drop(null),
  ];
}
