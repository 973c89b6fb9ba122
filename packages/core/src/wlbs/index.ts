/** WLBS: port rules, affinity and hash, bucket assignment, convergence, drain. */
export { bucketOf, type Client } from "./hash/bucket.ts";
export * from "./machine.ts";
export { wlbsPolicyDigest } from "./policy.ts";
export { assignBuckets, bucketsOf } from "./table/assign.ts";
export { tableDigest } from "./table/digest.ts";
export { formatTable, parseTable } from "./table/text.ts";
export * from "./types.ts";
