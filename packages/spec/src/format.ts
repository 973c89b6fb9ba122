/** Writes an intent as a fleet file, in one canonical order: what `export` prints and the editor starts from. */
import type { Intent } from "@bulkhead/core/plan";
import { stringify } from "yaml";
import { fromMscs } from "./format-mscs.ts";
import { fromWlbs } from "./format-wlbs.ts";
import { mapValues } from "./intent-parts.ts";

export function formatFleet(intent: Intent): string {
  const file = { version: 1, wlbs: mapValues(intent.wlbs, fromWlbs), mscs: mapValues(intent.mscs, fromMscs) };
  return stringify(file, { aliasDuplicateObjects: false, lineWidth: 110 });
}
