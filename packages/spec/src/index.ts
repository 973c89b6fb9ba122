/** The declarative fleet file: parse, explain errors with line and column, write. */
export { formatFleet } from "./format.ts";
export { heartbeatPresets } from "./intent.ts";
export { type ParseResult, parseFleet } from "./parse.ts";
export type { Problem } from "./problem.ts";
export { type FleetFile, fleetSchema } from "./schema.ts";
