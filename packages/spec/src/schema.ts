/**
 * The fleet file as zod sees it (DESIGN, "Fleet file"). Strict: an unknown key is an error, because a misspelt
 * key that is silently ignored is a deployment that does something else than its author believes.
 */
import { z } from "zod";
import { mscsCluster } from "./schema-mscs.ts";
import { name } from "./schema-parts.ts";
import { wlbsCluster } from "./schema-wlbs.ts";

export const fleetSchema = z.strictObject({
  version: z.literal(1, "this version reads fleet files with version: 1"),
  wlbs: z.record(name, wlbsCluster).default({}),
  mscs: z.record(name, mscsCluster).default({}),
});

export type FleetFile = z.infer<typeof fleetSchema>;

/** JSON Schema (2020-12) of what may be written, for editors; what needs more than one field is checked by `parseFleet`. */
export function fleetJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(fleetSchema, { io: "input" }) };
}
