/**
 * Is there a packet that two planes would both answer with a new connection? Works on packets, not on slots: two hosts
 * may live under different policies, and then the same slot is not the same traffic.
 */
import type { DataPlane, PlaneRule } from "@bulkhead/core/wlbs";
import { firstCommon, isEmpty, ownedBits } from "./marks.ts";

function shareTraffic(a: PlaneRule, b: PlaneRule): boolean {
  const protocols = a.protocol === b.protocol || a.protocol === "both" || b.protocol === "both";
  const vips = a.vip === null || b.vip === null || a.vip === b.vip;
  return protocols && vips && a.startPort <= b.endPort && b.startPort <= a.endPort;
}

function commonBucket(a: [DataPlane, PlaneRule], b: [DataPlane, PlaneRule]): string | null {
  const [mine, theirs] = [ownedBits(...a), ownedBits(...b)];
  if (a[1].affinity !== b[1].affinity || a[0].hashSeed !== b[0].hashSeed) {
    if (isEmpty(mine) || isEmpty(theirs)) return null;
    return `rules ${a[1].name} and ${b[1].name}, which hash the same traffic differently`;
  }
  const bucket = firstCommon(mine, theirs);
  return bucket < 0 ? null : `rule ${a[1].name} bucket ${bucket}`;
}

/** Does some rule of `plane` cover both ends of `rule`? */
function isRuled(plane: DataPlane, rule: PlaneRule): boolean {
  return [rule.startPort, rule.endPort].every((port) =>
    plane.rules.some((other) => shareTraffic({ ...rule, startPort: port, endPort: port }, other)),
  );
}

/** `a` takes all traffic without a rule; `b` owns some of it by a rule that `a` does not have. */
function unruledAgainstRule(a: DataPlane, b: DataPlane): string | null {
  if (a.unruled !== "owned") return null;
  const rule = b.rules.find((one) => !isEmpty(ownedBits(b, one)) && !isRuled(a, one));
  return rule ? `traffic without a rule, which is rule ${rule.name} on the other` : null;
}

/** Names traffic whose new connections both would take; null = there is none. Leases are the caller's business. */
export function overlapOf(a: DataPlane, b: DataPlane): string | null {
  if (a.unruled === "owned" && b.unruled === "owned") return "traffic without a rule";
  for (const mine of a.rules) {
    for (const theirs of b.rules) {
      const common = shareTraffic(mine, theirs) ? commonBucket([a, mine], [b, theirs]) : null;
      if (common) return common;
    }
  }
  return unruledAgainstRule(a, b) ?? unruledAgainstRule(b, a);
}
