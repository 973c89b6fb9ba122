/** From the fleet file's shape to core's `Intent`: defaults filled in, short forms written out. */
import type { Intent } from "@bulkhead/core/plan";
import { toMscs } from "./intent-mscs.ts";
import { mapValues } from "./intent-parts.ts";
import { toWlbs } from "./intent-wlbs.ts";
import type { FleetFile } from "./schema.ts";

export function toIntent(file: FleetFile): Intent {
  return { wlbs: mapValues(file.wlbs, toWlbs), mscs: mapValues(file.mscs, toMscs) };
}
