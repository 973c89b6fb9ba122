/** The declarative fleet file: parse, explain errors with line and column, write. */
export { formatFleet } from "./format.ts";
export { heartbeatPresets } from "./intent-wlbs.ts";
export { type ParseResult, parseFleet } from "./parse.ts";
export type { Problem } from "./problem.ts";
export { type FleetFile, fleetJsonSchema, fleetSchema } from "./schema.ts";
