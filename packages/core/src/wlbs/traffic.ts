/** Counters before anything has been counted. */
import type { FlowCount, TrafficCounters } from "./types.ts";

export const noFlow: FlowCount = {
  acceptedPackets: 0,
  acceptedBytes: 0,
  drainedPackets: 0,
  drainedBytes: 0,
  foreignPackets: 0,
  foreignBytes: 0,
};

export const noTraffic: TrafficCounters = {
  ...noFlow,
  unleasedPackets: 0,
  strayPackets: 0,
  blockedPackets: 0,
  fragmentPackets: 0,
  forwardedPackets: 0,
  leaseRenewals: 0,
  rules: [],
  vips: [],
  bucketGroups: null,
};
