/** Violations of the wall as things to draw: a key per clashing object. Pure. */
import type { Refusal } from "@bulkhead/core/fleet";

export interface Breach {
  id: string;
  rule: string;
  message: string;
  /** Keys of map objects, as in their `data-map-object`. */
  keys: string[];
}

const kindKeys: Partial<Record<Refusal["objects"][number]["kind"], string>> = {
  node: "node",
  "wlbs-host": "node",
  address: "address",
  "wlbs-cluster": "wlbs-cluster",
  "mscs-cluster": "mscs-cluster",
  group: "group",
};

/**
 * Does it breach the wall. Findings of the front tier travel as violations too (`W-...`): they are grave, but the rooms are apart;
 * their cluster speaks of them.
 */
export function isBreach({ rule, severity }: Pick<Refusal, "rule" | "severity">): boolean {
  return severity === "error" && !rule.startsWith("W-");
}

/** Only errors of placement breach the wall. "web/web-1" and "10.0.0.1/24" are reduced to what the map shows. */
export function breachesOf(violations: readonly Refusal[]): Breach[] {
  return violations.filter(isBreach).map((violation) => ({
    id: `${violation.rule} ${violation.message}`,
    rule: violation.rule,
    message: violation.message,
    keys: violation.objects.flatMap((object) => {
      const kind = kindKeys[object.kind];
      if (!kind) return [];
      const name =
        kind === "address" ? (object.name.split("/")[0] ?? "") : (object.name.split("/").at(-1) ?? "");
      return [`${kind}:${name}`];
    }),
  }));
}
