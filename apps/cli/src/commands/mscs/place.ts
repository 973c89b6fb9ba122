/** Reads PAIR, PAIR:GROUP, PAIR:GROUP/RESOURCE and PAIR:NODE from the command line. */
import type { MscsObjectKind } from "@bulkhead/core/mscs";
import { InvalidArgumentError } from "commander";

export interface PairObject {
  cluster: string;
  object: { kind: MscsObjectKind; name: string };
}

/** How each kind is written. */
export const forms: Record<MscsObjectKind, { form: string; example: string }> = {
  pair: { form: "PAIR", example: "data" },
  group: { form: "PAIR:GROUP", example: "data:sql" },
  resource: { form: "PAIR:GROUP/RESOURCE", example: "data:sql/ip" },
  node: { form: "PAIR:NODE", example: "data:db-1" },
};

/**
 * A reader of places of these kinds. Groups and nodes are written alike, so a verb takes one or the other.
 * It throws InvalidArgumentError (exit code 2).
 */
export function placeReader(kinds: readonly MscsObjectKind[]): (text: string) => PairObject {
  return (text) => {
    const place = read(text, kinds);
    if (place !== null) return place;
    const wanted = kinds.map((kind) => `${forms[kind].form} (${forms[kind].example})`);
    throw new InvalidArgumentError(`Write ${wanted.join(" or ")}.`);
  };
}

function read(text: string, kinds: readonly MscsObjectKind[]): PairObject | null {
  const [, cluster = "", name, resource] = /^([^:/]+)(?::([^:/]+)(?:\/([^:/]+))?)?$/.exec(text) ?? [];
  const kind: MscsObjectKind =
    name === undefined
      ? "pair"
      : resource !== undefined
        ? "resource"
        : kinds.includes("node")
          ? "node"
          : "group";
  if (cluster === "" || !kinds.includes(kind)) return null;
  const full = resource === undefined ? name : `${name}/${resource}`;
  return { cluster, object: { kind, name: full ?? cluster } };
}
