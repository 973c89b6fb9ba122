/** WLBS: port rules, affinity and hash, bucket assignment, convergence, drain. */
export type { HostVerb, RuleTarget, RuleVerb, Wanted } from "./convergence/events.ts";
export * from "./engine.ts";
export { bucketOf, type Client } from "./hash/bucket.ts";
export * from "./machine.ts";
export * from "./mode-needs.ts";
export { wlbsPolicyDigest } from "./policy.ts";
export { judge, type ProbeOutcome, type ProbeState, unjudged } from "./probe/verdict.ts";
export * from "./query/codes.ts";
export { type SortedConnections, sortConnections } from "./query/connections.ts";
export { drainEstimate, type OpenSample, sampleSpanMs } from "./query/estimate.ts";
export {
  type FilterGround,
  type FilterVerdict,
  filterVerdict,
  type Packet,
  packetForm,
  parsePacket,
} from "./query/filter.ts";
export { type Ip2Mac, ip2mac, renderIp2Mac } from "./query/ip2mac.ts";
export { type FlowProtocol, ruleFor } from "./query/match.ts";
export { handlingText, portText, probeText, renderDisplay, renderParams } from "./query/params.ts";
export { noSuchPort, renderQueryPort } from "./query/queryport.ts";
export * from "./query/target.ts";
export { samplePolicy, sampleRule } from "./sample.ts";
export { assignBuckets, bucketsOf } from "./table/assign.ts";
export { tableDigest } from "./table/digest.ts";
export { quotas } from "./table/quotas.ts";
export { formatTable, parseTable } from "./table/text.ts";
export { noFlow, noTraffic } from "./traffic.ts";
export * from "./types.ts";
