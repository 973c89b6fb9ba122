/** WLBS: port rules, affinity and hash, bucket assignment, convergence, drain. */
export * from "./machine.ts";
export * from "./types.ts";
