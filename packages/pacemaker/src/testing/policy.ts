/** The policy of one pair that the tests of this package share. */
import type { MscsGroup, MscsPolicy } from "@bulkhead/core/mscs";

const restart = { threshold: 3, periodS: 900 };

export const sqlGroup: MscsGroup = {
  name: "sql",
  preferredOwners: ["db-1", "db-2"],
  failback: { allow: true, windowHours: [22, 4] },
  failover: { threshold: 1, periodHours: 6 },
  resources: [
    {
      name: "disk",
      type: "filesystem",
      device: "/dev/sdb1",
      mount: "/srv/sql",
      fs: "ext4",
      dependsOn: [],
      restart,
    },
    {
      name: "ip",
      type: "ipAddress",
      address: "10.77.0.50",
      prefixLength: 24,
      interface: "eth0",
      dependsOn: [],
      restart,
    },
    {
      name: "db",
      type: "postgresql",
      dataDir: "/srv/sql/data",
      binDir: "/usr/lib/postgresql/15/bin",
      port: 5432,
      dependsOn: ["disk", "ip"],
      restart,
    },
  ],
};

export const pairPolicy: MscsPolicy = {
  cluster: "data",
  nodes: [
    { node: "db-1", nodeId: 1, address: "10.77.0.11" },
    { node: "db-2", nodeId: 2, address: "10.77.0.12" },
  ],
  witness: { node: "witness-1", address: "10.77.0.20" },
  fencing: { agent: "fence_ipmilan", nodes: { "db-1": { ip: "192.0.2.1" }, "db-2": { ip: "192.0.2.2" } } },
  tokenMs: 1000,
  groups: [sqlGroup],
};

/** The same pair with its one group changed. */
export function policyWith(changes: Partial<MscsGroup>): MscsPolicy {
  return { ...pairPolicy, groups: [{ ...sqlGroup, ...changes }] };
}
