/** WLBS: port rules, affinity and hash, bucket assignment, convergence, drain. */
export * from "./types.ts";
