/** The policy of one pair that the tests of this package share. */
import { type MscsGroup, type MscsPolicy, sampleGroup, samplePair } from "@bulkhead/core/mscs";

export const sqlGroup: MscsGroup = sampleGroup({
  preferredOwners: ["db-1", "db-2"],
  failback: { allow: true, windowHours: [22, 4] },
  failover: { threshold: 1, periodHours: 6 },
});

export const pairPolicy: MscsPolicy = samplePair({ groups: [sqlGroup] });

/** The same pair with its one group changed. */
export function policyWith(changes: Partial<MscsGroup>): MscsPolicy {
  return { ...pairPolicy, groups: [{ ...sqlGroup, ...changes }] };
}
