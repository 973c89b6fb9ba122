/** The kernel side of a WLBS host: the ruleset, and the only place that starts `nft`, `ip`, `bridge` and `ss`. */
export * from "./engine.ts";
export * from "./nft-shell.ts";
export type { Loopback, OpenLoopback } from "./packet-renewals.ts";
export * from "./readings.ts";
export { type HostFacts, igmpGroup } from "./ruleset/facts.ts";
export { plainFacts, renderDataPlane, renderRemoval } from "./ruleset/render.ts";
export { readConnections } from "./sockets.ts";
